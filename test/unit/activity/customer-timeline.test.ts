import { activityRecordedV1, orderPlacedV1, orderRejectedV1 } from '../../../contracts/avro/events';
import { customerTimeline } from '../../../lambdas/activity/customer-timeline';
import { eventIdOf } from '../../../lambdas/shared/deterministic-id';
import { EIGHT, projected } from './projecting';

const NINETY_DAYS = 90 * 86_400;
const viewed = {
  visitId: 'v1',
  customerId: 'ada',
  kind: 'viewed',
  occurredAt: EIGHT,
  sku: 'MUG',
  query: null,
} as const;

describe('the timeline of a customer', () => {
  it('has an entry for what they looked at, which goes after 90 days', () => {
    const effects = projected(customerTimeline, activityRecordedV1, viewed, { subject: 'visit/v1', sequence: 7 });

    expect(effects).toEqual([
      {
        kind: 'put',
        key: { pk: 'TIMELINE#ada', sk: `${EIGHT}#visit/v1#000000000007` },
        attributes: {
          ...{ itemType: 'TIMELINE', customerId: 'ada', entity: 'visit/v1', sequence: 7, kind: 'viewed' },
          ...{ occurredAt: EIGHT, sku: 'MUG', eventId: eventIdOf('visit/v1', 7, activityRecordedV1.type) },
          expiresAt: Date.parse(EIGHT) / 1_000 + NINETY_DAYS,
        },
      },
    ]);
  });

  it('tells of a search what was searched for, and of no article', () => {
    const searched = { ...viewed, kind: 'searched', sku: null, query: 'mugs' } as const;

    const [entry] = projected(customerTimeline, activityRecordedV1, searched, { subject: 'visit/v1', sequence: 1 });

    expect(entry).toMatchObject({ attributes: { kind: 'searched', query: 'mugs' } });
    expect(entry).not.toHaveProperty(['attributes', 'sku']);
  });

  it('has what becomes of an order, at the time that the event tells', () => {
    const placed = {
      ...{ orderId: 'o1', customerId: 'ada', clientId: 'shop', currency: 'BRL', totalMinor: 4_200 },
      ...{ lines: [], country: 'BR' },
    };
    const place = { subject: 'order/o1', sequence: 1, time: '2026-11-23T09:00:00+01:00' };

    const [entry] = projected(customerTimeline, orderPlacedV1, placed, place);

    expect(entry).toMatchObject({
      key: { pk: 'TIMELINE#ada', sk: `${EIGHT}#order/o1#000000000001` },
      attributes: { entity: 'order/o1', kind: 'placed', occurredAt: EIGHT },
    });
  });

  it('sorts entries by time, and those of one time by their numbers', () => {
    const later = new Date(Date.parse(EIGHT) + 1_000).toISOString();
    const given = [
      [EIGHT, 9],
      [EIGHT, 10],
      [later, 8],
    ] as const;
    const keys = given.map(([occurredAt, sequence]) => {
      const event = { ...viewed, occurredAt };
      const [entry] = projected(customerTimeline, activityRecordedV1, event, { subject: 'visit/v1', sequence });
      return entry?.key.sk ?? '';
    });

    expect([...keys].sort()).toEqual(keys);
    expect(new Set(keys).size).toBe(3);
  });

  it('takes every event of an order', () => {
    const types = customerTimeline.map(({ type }) => type);

    expect(types).toEqual(expect.arrayContaining([orderPlacedV1.type, orderRejectedV1.type]));
    expect(new Set(types).size).toBe(types.length);
  });
});
