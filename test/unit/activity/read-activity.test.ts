import type { TimelinePage, TimelineRow } from '../../../lambdas/activity/customer-timelines.port';
import { readActivity } from '../../../lambdas/activity/read-activity.use-case';
import { readActivityAnswer } from '../../../lambdas/activity/read-activity-answer';
import { customerSeals } from '../shared/customer-seals';
import { InMemorySubjectKeys } from '../shared/in-memory-subject-keys';

const viewed = (sequence: number, occurredAt: string, entity = 'visit/v1') => ({
  entity,
  sequence,
  kind: 'viewed' as const,
  occurredAt,
  sku: 'MUG',
});
const at = (minute: number) => `2026-11-26T10:${String(minute).padStart(2, '0')}:00.000Z`;
const newestFirst = (rows: readonly TimelineRow[]): TimelinePage => ({
  rows: rows.toSorted((one, other) => other.occurredAt.localeCompare(one.occurredAt)),
});
const show = async (rows: readonly TimelineRow[], { openerOf } = customerSeals()) =>
  readActivity({ timelines: { page: async () => newestFirst(rows) }, openerOf })('ada');
const read = async (rows: readonly TimelineRow[], seals = customerSeals()) => {
  const view = await show(rows, seals);
  if (view === undefined) throw new Error('expected a timeline');
  return view;
};
const searched = (sequence: number, query: string) => ({
  ...viewed(sequence, at(sequence)),
  kind: 'searched' as const,
  query,
});
const sealedSearch = async (
  seals: ReturnType<typeof customerSeals>,
  entity: string,
  sequence: number,
  customerId = 'ada',
) => searched(sequence, await seals.seal({ customerId, field: `${entity}/${sequence}/query` }, 'blue mug'));

describe('readActivity', () => {
  it('shows the newest visit first, and each by its numbers, whatever the times say', async () => {
    const older = [viewed(2, at(1), 'visit/older'), viewed(1, at(3), 'visit/older')];

    const { timeline } = await read([...older, viewed(1, at(4), 'visit/newer')]);

    expect(timeline.map(({ entity, lastAt }) => [entity, lastAt])).toEqual([
      ['visit/newer', at(4)],
      ['visit/older', at(3)],
    ]);
    expect(timeline[1]?.events.map(({ sequence }) => sequence)).toEqual([1, 2]);
  });

  it('goes on where an earlier answer leads', async () => {
    const asked: (string | undefined)[] = [];
    const page = async (_customer: string, after?: string): Promise<TimelinePage> => {
      asked.push(after);
      return after === undefined ? { rows: [viewed(2, at(2))], next: 'older' } : { rows: [viewed(1, at(1))] };
    };
    const view = readActivity({ timelines: { page }, openerOf: customerSeals().openerOf });

    const [first, second] = [await view('ada'), await view('ada', 'older')];

    expect([first?.next, second?.next, asked]).toEqual(['older', undefined, [undefined, 'older']]);
    expect([first, second].map((one) => one?.timeline[0]?.events[0]?.sequence)).toEqual([2, 1]);
  });

  it('answers an empty timeline of a customer of whom nothing is known', async () => {
    expect(await read([])).toEqual({ customerId: 'ada', timeline: [] });
  });

  it('opens what the customer has searched for, in whichever region it was sealed', async () => {
    const keys = new InMemorySubjectKeys();
    const [here, there] = [customerSeals(keys), customerSeals(keys.in('us-east-1'), 'us-east-1')];
    const events = [await sealedSearch(here, 'visit/v1', 1), await sealedSearch(there, 'visit/v1', 2)];

    const { timeline } = await read(events, here);

    expect(timeline[0]?.events.map(({ query }) => query)).toEqual(['blue mug', 'blue mug']);
  });

  it('shows a search without its text while the key that sealed it has not come', async () => {
    const there = customerSeals(new InMemorySubjectKeys('us-east-1'), 'us-east-1');
    const events = [await sealedSearch(there, 'visit/v1', 1)];

    const { timeline } = await read(events);

    expect(timeline[0]?.events).toEqual([expect.not.objectContaining({ query: expect.anything() })]);
  });

  it('shows no search that was sealed for another event', async () => {
    const seals = customerSeals();
    const moved = { ...(await sealedSearch(seals, 'visit/v1', 1)), sequence: 2 };

    await expect(read([moved], seals)).rejects.toMatchObject({
      name: 'SealBrokenError',
    });
  });

  it('shows nothing of a customer who was erased, not even what was never sealed', async () => {
    const seals = customerSeals();
    const events = [viewed(1, at(1)), await sealedSearch(seals, 'visit/v1', 2)];
    await seals.erase('ada');

    const view = await show(events, seals);

    expect(() => readActivityAnswer(view)).toThrow(expect.objectContaining({ status: 410 }));
  });
});
