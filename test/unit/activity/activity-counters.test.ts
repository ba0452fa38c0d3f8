import { activityRecordedV1, orderCancelledV1 } from '../../../contracts/avro/events';
import { ALLOWED_LATENESS_MS, activityCounters, minuteOf } from '../../../lambdas/activity/activity-counters';
import { merged } from '../../../lambdas/shared/ordered-effect';
import { EIGHT, type ProjectedEvent, projected } from './projecting';

const LANE = 'sa-east-1:shardId-000000000001';
const visit = { subject: 'visit/v1', sequence: 1 };
const viewed = { visitId: 'v1', customerId: 'ada', kind: 'viewed', sku: 'MUG', query: null } as const;
const counted = (occurredAt: string, place: ProjectedEvent = visit) =>
  projected(activityCounters, activityRecordedV1, { ...viewed, occurredAt }, place);

describe('the counters of what customers do', () => {
  it('count one for the minute in which it happened, in a counter of the lane, which goes after 400 days', () => {
    const effects = counted('2026-11-23T07:59:59.999Z');

    expect(effects).toEqual([
      {
        kind: 'add',
        key: { pk: 'COUNTER#2026-11-23T07:59Z', sk: `viewed#${LANE}` },
        amounts: { onTime: 1 },
        attributes: {
          ...{ itemType: 'COUNTER', minute: '2026-11-23T07:59Z', activity: 'viewed', lane: LANE },
          expiresAt: Date.parse('2026-11-23T07:59:00.000Z') / 1_000 + 400 * 86_400,
        },
      },
    ]);
  });

  it.each([
    ['on time until five minutes have passed', ALLOWED_LATENESS_MS, 'onTime'],
    ['late after that', ALLOWED_LATENESS_MS + 1, 'late'],
  ])('count as %s', (_name, arrivedAfter, column) => {
    const [effect] = counted(EIGHT, { ...visit, arrivedAfter });

    expect(effect).toMatchObject({ key: { pk: 'COUNTER#2026-11-23T08:00Z' }, amounts: { [column]: 1 } });
  });

  it('add up in one item what comes of one kind, minute and lane', () => {
    const [[one], [other]] = [counted(EIGHT), counted('2026-11-23T08:00:30.000Z', { ...visit, sequence: 2 })];

    expect(one?.key).toEqual(other?.key);
    expect(one && other && merged(one, other)).toMatchObject({ amounts: { onTime: 2 } });
  });

  it('count what becomes of orders by the time of the event', () => {
    const cancelled = { orderId: 'o1', customerId: 'ada' };
    const place = { subject: 'order/o1', sequence: 3, time: '2026-11-23T08:07:10.000Z' };

    const [effect] = projected(activityCounters, orderCancelledV1, cancelled, place);

    expect(effect?.key).toEqual({ pk: 'COUNTER#2026-11-23T08:07Z', sk: `cancelled#${LANE}` });
  });

  it('know the minute of a time in whatever zone it is written, and of nothing else', () => {
    expect(minuteOf('2026-11-23T05:00:59.999-03:00')).toBe('2026-11-23T08:00Z');
    expect(() => minuteOf('soon')).toThrow(RangeError);
  });
});
