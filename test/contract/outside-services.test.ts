import { randomUUID } from 'node:crypto';
import { HttpPaymentProvider } from '../../lambdas/payments/http-payment-provider.adapter';
import { deterministicId } from '../../lambdas/shared/deterministic-id';
import { HttpProviderClient } from '../../lambdas/shared/http-provider-client';
import { HttpCarrier } from '../../lambdas/shipping/http-carrier.adapter';
import { deployedStore } from '../integration/deployed-store';
import type { SandboxClient } from '../integration/sandbox-client';
import { paymentProviderContract } from '../unit/payments/payment-provider.contract-suite';
import { carrierContract } from '../unit/shipping/carrier.contract-suite';

const store = deployedStore();

const httpTo = ({ connection }: SandboxClient): HttpProviderClient =>
  new HttpProviderClient({ connection: async () => connection, timeoutMilliseconds: 20_000 });

/** Names of one test's own, so that the deployed services are new to each; knows what each of them stands for. */
const namesOfOneTest = () => {
  const world = randomUUID();
  const originals = new Map<string, string>();
  const own = (name: string): string => {
    const id = deterministicId(world, name);
    originals.set(id, name);
    return id;
  };
  return { own, original: (id: string): string => originals.get(id) ?? id, all: () => [...originals.keys()] };
};

/** What a service did in one test, with the names that the suite has given. */
const doneIn = async (service: SandboxClient, { all, original }: ReturnType<typeof namesOfOneTest>) => {
  const rows = await Promise.all(all().map((name) => service.ledgerOf(name)));
  return rows.flat().map(({ kind, reference, amountMinor }) => ({ kind, reference: original(reference), amountMinor }));
};

paymentProviderContract('the deployed sandbox', async () => {
  const { provider: service } = store();
  const names = namesOfOneTest();
  const { own } = names;
  const http = new HttpPaymentProvider(httpTo(service));
  return {
    provider: {
      charge: (request) =>
        http.charge({ ...request, chargeKey: own(request.chargeKey), reference: own(request.reference) }),
      void: ({ chargeKey, voidKey, reference }) =>
        http.void({ chargeKey: own(chargeKey), voidKey: own(voidKey), reference: own(reference) }),
    },
    movements: async () =>
      (await doneIn(service, names)).flatMap(({ kind, ...row }) =>
        kind === 'charge' || kind === 'refund' ? [{ kind, ...row }] : [],
      ),
  };
});

carrierContract('the deployed sandbox', async () => {
  const { carrier: service } = store();
  const names = namesOfOneTest();
  const { own } = names;
  const http = new HttpCarrier(httpTo(service));
  const instructed = ({ parcelKey, instructionKey, reference }: Parameters<typeof http.recall>[0]) => ({
    parcelKey: own(parcelKey),
    instructionKey: own(instructionKey),
    reference: own(reference),
  });
  let refused = false;
  return {
    carrier: {
      book: async (request) => {
        const reference = own(request.reference);
        if (refused) await service.fail('parcel', reference, 'decline');
        return http.book({ ...request, parcelKey: own(request.parcelKey), reference });
      },
      recall: (instruction) => http.recall(instructed(instruction)),
      dispatch: (instruction) => http.dispatch(instructed(instruction)),
    },
    movements: async () =>
      (await doneIn(service, names)).flatMap(({ kind, reference }) =>
        kind === 'parcel' || kind === 'recall' || kind === 'dispatch' ? [{ kind, reference }] : [],
      ),
    refuseNext: async () => {
      refused = true;
    },
  };
});
