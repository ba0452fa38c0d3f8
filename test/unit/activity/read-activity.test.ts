import type { TimelineEntity } from '../../../lambdas/activity/customer-timelines.port';
import { readActivity } from '../../../lambdas/activity/read-activity.use-case';

const viewed = (sequence: number, occurredAt: string) => ({
  sequence,
  kind: 'viewed' as const,
  occurredAt,
  sku: 'MUG',
});
const at = (minute: number) => `2026-11-26T10:${String(minute).padStart(2, '0')}:00.000Z`;
const read = (entities: readonly TimelineEntity[]) => readActivity({ timelines: { of: async () => entities } })('ada');

describe('readActivity', () => {
  it('shows the newest visit first, and each by its numbers, whatever the times say', async () => {
    const older = { entity: 'visit/older', events: [viewed(2, at(1)), viewed(1, at(3))] };
    const newer = { entity: 'visit/newer', events: [viewed(1, at(4))] };

    const { timeline } = await read([older, newer]);

    expect(timeline.map(({ entity, lastAt }) => [entity, lastAt])).toEqual([
      ['visit/newer', at(4)],
      ['visit/older', at(3)],
    ]);
    expect(timeline[1]?.events.map(({ sequence }) => sequence)).toEqual([1, 2]);
  });

  it('shows the newest fifty and says how many there are besides', async () => {
    const visits = Array.from({ length: 53 }, (_, index) => ({
      entity: `visit/${index}`,
      events: [viewed(1, at(index))],
    }));

    const { timeline, omitted } = await read(visits);

    expect([timeline.length, omitted, timeline.at(-1)?.entity]).toEqual([50, 3, 'visit/3']);
  });

  it('answers an empty timeline of a customer of whom nothing is known', async () => {
    expect(await read([])).toEqual({ customerId: 'ada', timeline: [], omitted: 0 });
  });
});
