import { HttpPaymentProvider } from '../../../lambdas/payments/http-payment-provider.adapter';
import type { Charge } from '../../../lambdas/sandbox/charge';
import { paymentProviderService } from '../../../lambdas/sandbox/payment-provider.service';
import { SandboxServer } from '../sandbox/sandbox-server';
import { InMemoryPaymentProvider } from './in-memory-payment-provider';
import { paymentProviderContract } from './payment-provider.contract-suite';

paymentProviderContract('the provider in memory', async () => {
  const provider = new InMemoryPaymentProvider();
  return { provider, movements: async () => provider.movements };
});

describe('over HTTP', () => {
  const servers: SandboxServer<Charge>[] = [];
  const startServer = async () => {
    const server = await new SandboxServer<Charge>(paymentProviderService).start();
    servers.push(server);
    return server;
  };
  afterEach(() => {
    for (const server of servers.splice(0)) server.stop();
  });

  paymentProviderContract('the sandbox', async () => {
    const server = await startServer();
    const movements = async () =>
      server.books.entries.flatMap(({ kind, reference, amountMinor }) =>
        kind === 'charge' || kind === 'refund' ? [{ kind, reference, amountMinor } as const] : [],
      );
    return { provider: new HttpPaymentProvider(server.client()), movements };
  });

  const request = {
    chargeKey: '11111111-1111-5111-8111-111111111111',
    reference: 'order-1',
    amountMinor: 4200,
    currency: 'BRL',
    paymentMethod: 'pm_card',
  };
  const fault = { operation: 'charge', reference: 'order-1', delayMilliseconds: 1_000 } as const;

  it('absorbs one quick failure of the provider', async () => {
    const server = await startServer();
    await server.faults.put({ ...fault, mode: 'error', times: 1 });

    const answer = await new HttpPaymentProvider(server.client()).charge(request);

    expect(answer).toMatchObject({ kind: 'charged' });
    expect(server.books.entries).toHaveLength(1);
  });

  it.each(['slow', 'timeout-after'] as const)(
    'guesses nothing when the provider is %s: the next try finds the charge',
    async (mode) => {
      const server = await startServer();
      await server.faults.put({ ...fault, mode, times: 1 });
      const [impatient, patient] = [server.client({ timeoutMilliseconds: 400 }), server.client()];

      const lost = new HttpPaymentProvider(impatient).charge(request);
      await expect(lost).rejects.toMatchObject({ name: 'ProviderUnavailableError' });
      const answer = await new HttpPaymentProvider(patient).charge(request);

      expect(answer).toMatchObject({ kind: 'charged' });
      await server.hasAnswered(2);
      expect(server.books.entries.map(({ kind }) => kind)).toEqual(['charge']);
    },
  );

  it('takes no money when a slow charge wakes up after its void', async () => {
    const server = await startServer();
    await server.faults.put({ ...fault, mode: 'slow', times: 1 });
    const [impatient, patient] = [server.client({ timeoutMilliseconds: 400 }), server.client()];

    const lost = new HttpPaymentProvider(impatient).charge(request);
    await expect(lost).rejects.toMatchObject({ name: 'ProviderUnavailableError' });
    const voidKey = '22222222-2222-5222-8222-222222222222';
    await new HttpPaymentProvider(patient).void({ chargeKey: request.chargeKey, voidKey, reference: 'order-1' });

    await server.hasAnswered(2);
    expect(server.books.entries.map(({ kind }) => kind)).toEqual(['void']);
  });

  it('throws, and does not call it a decline, when the provider is down or the key is wrong', async () => {
    const server = await startServer();
    const locked = new HttpPaymentProvider(server.client({ apiKey: 'another-key-of-some-length' }));
    await expect(locked.charge(request)).rejects.toMatchObject({ name: 'ProviderRefusedError', status: 401 });

    await server.faults.put({ operation: '*', mode: 'down', delayMilliseconds: 1 });
    const provider = new HttpPaymentProvider(server.client());
    await expect(provider.charge(request)).rejects.toMatchObject({ name: 'ProviderUnavailableError' });
  });
});
