import { carrierService } from '../../../lambdas/sandbox/carrier.service';
import type { Parcel } from '../../../lambdas/sandbox/parcel';
import { HttpCarrier } from '../../../lambdas/shipping/http-carrier.adapter';
import { SandboxServer } from '../sandbox/sandbox-server';
import { carrierContract } from './carrier.contract-suite';
import { InMemoryCarrier } from './in-memory-carrier';

carrierContract('the carrier in memory', async () => {
  const carrier = new InMemoryCarrier();
  return {
    carrier,
    movements: async () => carrier.movements,
    refuseNext: async () => {
      carrier.refuses.add('BR');
    },
  };
});

describe('over HTTP', () => {
  const servers: SandboxServer<Parcel>[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.stop();
  });

  carrierContract('the sandbox', async () => {
    const server = await new SandboxServer<Parcel>(carrierService).start();
    servers.push(server);
    return {
      carrier: new HttpCarrier(server.client()),
      movements: async () =>
        server.books.entries.flatMap(({ kind, reference }) =>
          kind === 'parcel' || kind === 'recall' || kind === 'dispatch' ? [{ kind, reference } as const] : [],
        ),
      refuseNext: () => server.faults.put({ operation: 'parcel', mode: 'decline', times: 1, delayMilliseconds: 1 }),
    };
  });
});
