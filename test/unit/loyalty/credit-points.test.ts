import fc from 'fast-check';
import type { OrderConfirmedV1 } from '../../../contracts/avro/events';
import { creditPoints } from '../../../lambdas/loyalty/credit-points.use-case';
import { decideCredit, type LoyaltyAccount } from '../../../lambdas/loyalty/loyalty-account';
import { StaleEntityError } from '../../../lambdas/shared/entity-store.errors';
import type { Delivered } from '../../../lambdas/shared/envelope';
import { InMemoryEntityStore } from '../../../lambdas/shared/in-memory-entity-store.adapter';

const clock = { now: () => new Date('2026-11-23T08:00:00Z') };
const customerId = 'customer-42';

const confirmed = (number: number, totalMinor: number): Delivered<OrderConfirmedV1> => {
  const orderId = `order-${number}`;
  return {
    specversion: '1.0',
    id: `event-${number}`,
    source: '/tenfold/ordering',
    type: 'ordering.OrderConfirmed.v1',
    time: '2026-11-23T08:00:00.000Z',
    subject: `order/${orderId}`,
    sequence: 2,
    correlationid: orderId,
    causationid: 'cause',
    originregion: 'sa-east-1',
    receiveCount: 1,
    data: { orderId, customerId, currency: 'BRL', totalMinor },
  };
};

const setUp = () => {
  const options = { kind: 'account', context: 'loyalty', region: 'sa-east-1', clock };
  const accounts = new InMemoryEntityStore<LoyaltyAccount>(options);
  return { accounts, credit: creditPoints({ accounts }) };
};

describe('crediting points', () => {
  it('gives one point for each full 100 minor units', async () => {
    const { accounts, credit } = setUp();

    await credit(confirmed(1, 7980));

    expect((await accounts.find(customerId))?.state).toEqual({ customerId, balance: 79 });
    expect(accounts.outbox).toHaveLength(1);
    expect(accounts.outbox[0]).toMatchObject({
      subject: `account/${customerId}`,
      correlationid: 'order-1',
      causationid: 'event-1',
    });
  });

  it('gives nothing, and says nothing, for an order below one point', async () => {
    const { accounts, credit } = setUp();

    await credit(confirmed(1, 99));

    expect(accounts.outbox).toEqual([]);
  });

  it('credits each order once, however often and in whatever order its events are delivered', async () => {
    const orders = fc.uniqueArray(fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 1_000_000 })), {
      selector: ([number]) => number,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(orders, fc.array(fc.nat(100), { maxLength: 20 }), async (placed, repeats) => {
        const { accounts, credit } = setUp();
        const messages = placed.map(([number, totalMinor]) => confirmed(number, totalMinor));
        const repeated = messages.length === 0 ? [] : repeats.flatMap((at) => messages[at % messages.length] ?? []);
        const deliver = (message: Delivered<OrderConfirmedV1>): Promise<void> =>
          credit(message).catch((error: unknown) => {
            if (error instanceof StaleEntityError) return deliver(message);
            throw error;
          });

        await Promise.all([...messages, ...repeated].map(deliver));

        const expected = placed.reduce((sum, [, totalMinor]) => sum + Math.floor(totalMinor / 100), 0);
        expect((await accounts.find(customerId))?.state.balance ?? 0).toBe(expected);
        expect(accounts.outbox).toHaveLength(placed.filter(([, totalMinor]) => totalMinor >= 100).length);
      }),
      { numRuns: 100 },
    );
  });

  it('never takes points away', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (balance, totalMinor) => {
        const decision = decideCredit({ customerId, balance }, { customerId, totalMinor });

        return decision.kind === 'nothing' || decision.account.balance > balance;
      }),
    );
  });
});
