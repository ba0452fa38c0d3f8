import fc from 'fast-check';
import type { OrderConfirmedV1 } from '../../../contracts/avro/events';
import { creditPoints } from '../../../lambdas/loyalty/credit-points.use-case';
import { creditsListing } from '../../../lambdas/loyalty/credits-listing';
import { decideCredit, type PointsCredit } from '../../../lambdas/loyalty/points-credit';
import { StaleEntityError } from '../../../lambdas/shared/entity-store.errors';
import type { Delivered } from '../../../lambdas/shared/envelope';
import { InMemoryContents, InMemoryEntityStore } from '../../../lambdas/shared/in-memory-entity-store.adapter';

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
  const contents = new InMemoryContents<PointsCredit>();
  const options = { kind: 'credit', context: 'loyalty', region: 'sa-east-1', clock };
  const credits = new InMemoryEntityStore<PointsCredit>(options, contents);
  return { credits, credit: creditPoints({ credits }), balance: () => balanceOf(contents) };
};

const balanceOf = ({ entities }: InMemoryContents<PointsCredit>): number =>
  [...entities.values()].reduce((sum, { state }) => sum + state.points, 0);

describe('crediting points', () => {
  it('gives one point for each full 100 minor units', async () => {
    const { credits, credit } = setUp();

    await credit(confirmed(1, 7980));

    expect((await credits.find('order-1'))?.state).toEqual({
      ...{ customerId, orderId: 'order-1', points: 79 },
      creditedAt: '2026-11-23T08:00:00.000Z',
    });
    expect(credits.outbox).toHaveLength(1);
    expect(credits.outbox[0]).toMatchObject({
      subject: 'credit/order-1',
      correlationid: 'order-1',
      causationid: 'event-1',
    });
  });

  it('gives nothing, and says nothing, for an order below one point', async () => {
    const { credits, credit } = setUp();

    await credit(confirmed(1, 99));

    expect(credits.outbox).toEqual([]);
  });

  it('credits an order once when it is told of it by two messages', async () => {
    const { credits, credit, balance } = setUp();

    await credit(confirmed(1, 7980));
    await credit({ ...confirmed(1, 7980), id: 'another-event' });

    expect(balance()).toBe(79);
    expect(credits.outbox).toHaveLength(1);
  });

  it('makes the same credit in another region that does not know of it yet', async () => {
    const [here, there] = [setUp(), setUp()];
    const message = confirmed(1, 7980);

    await Promise.all([here.credit(message), there.credit({ ...message, receiveCount: 3 })]);

    expect((await there.credits.find('order-1'))?.state).toEqual((await here.credits.find('order-1'))?.state);
    expect(there.credits.outbox[0]?.events[0]?.id).toBe(here.credits.outbox[0]?.events[0]?.id);
  });

  it('credits each order once, however often and in whatever order its events are delivered', async () => {
    const orders = fc.uniqueArray(fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 1_000_000 })), {
      selector: ([number]) => number,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(orders, fc.array(fc.nat(100), { maxLength: 20 }), async (placed, repeats) => {
        const { credits, credit, balance } = setUp();
        const messages = placed.map(([number, totalMinor]) => confirmed(number, totalMinor));
        const repeated = messages.length === 0 ? [] : repeats.flatMap((at) => messages[at % messages.length] ?? []);
        const deliver = (message: Delivered<OrderConfirmedV1>): Promise<void> =>
          credit(message).catch((error: unknown) => {
            if (error instanceof StaleEntityError) return deliver(message);
            throw error;
          });

        await Promise.all([...messages, ...repeated].map(deliver));

        const expected = placed.reduce((sum, [, totalMinor]) => sum + Math.floor(totalMinor / 100), 0);
        expect(balance()).toBe(expected);
        expect(credits.outbox).toHaveLength(placed.filter(([, totalMinor]) => totalMinor >= 100).length);
      }),
      { numRuns: 100 },
    );
  });

  it('never changes a credit, and never makes one of less than a point', () => {
    const known = { customerId, orderId: 'order-1', points: 5, creditedAt: '2026-11-22T08:00:00.000Z' };
    fc.assert(
      fc.property(fc.constantFrom(undefined, known), fc.nat(), (before, totalMinor) => {
        const order = { customerId, orderId: 'order-1', totalMinor };
        const decision = decideCredit(before, order, '2026-11-23T08:00:00.000Z');

        return decision.kind === 'nothing' || (before === undefined && decision.credit.points >= 1);
      }),
    );
  });

  it('lists a credit among those of its customer, and never among open cases', () => {
    const credit = { customerId, orderId: 'order-1', points: 5, creditedAt: '2026-11-22T08:00:00.000Z' };

    expect(creditsListing(credit)).toEqual({ caseStatus: 'CREDITS#customer-42', openedAt: '2026-11-22T08:00:00.000Z' });
  });
});
