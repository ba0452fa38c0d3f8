import type { ReplayAnswer, ReplayRequest } from '../../../../lambdas/shared/stream-request.contract';
import { driveReplay, replayLine } from '../../../../local/stream/replay-run';
import { lagTable } from '../../../../local/stream/show-lag';
import { waitingTable } from '../../../../local/stream/waiting-entities';

const step = (more: Partial<ReplayAnswer['replay']>): ReplayAnswer => ({
  replay: {
    into: 'v2',
    read: 10,
    applied: 7,
    duplicates: 3,
    early: 0,
    parked: 0,
    joined: 0,
    done: false,
    shards: [],
    ...more,
  },
});

describe('a replay', () => {
  it('is asked for from where it came to, until nothing is left to read', async () => {
    const asked: ReplayRequest[] = [];
    const answers = [
      step({ shards: [{ shardId: 'a', behindMs: 5, done: false }] }),
      step({ early: 1, parked: 1, joined: 2, done: true, shards: [{ shardId: 'a', behindMs: 0, done: true }] }),
    ];

    const end = await driveReplay(
      { from: { time: '2026-11-26T08:00:00Z' }, into: 'v2', until: '2026-11-26T09:00:00Z' },
      async (request) => {
        asked.push(request);
        return answers[asked.length - 1] ?? step({ done: true });
      },
      () => undefined,
    );

    const until = '2026-11-26T09:00:00Z';
    expect(asked).toEqual([
      { from: { time: '2026-11-26T08:00:00Z' }, into: 'v2', until },
      { from: 'checkpoint', into: 'v2', until },
    ]);
    expect(replayLine(end)).toBe(
      '20 events read: 14 applied, 6 had already, 1 kept for later, 2 entities begin in the middle, 1 parked; 1 of 1 shards done',
    );
  });
});

describe('what an operator is shown', () => {
  it('is how far each consumer is, and who of them has gaps', () => {
    const text = lagTable([
      {
        consumer: 'activity.timeline',
        answer: {
          generation: 'v1',
          gaps: 2,
          lag: [
            { shardId: 'shardId-0', records: 12, behindMs: 2_500, arrivedAt: '2026-11-26T08:00:00.000Z' },
            { shardId: 'shardId-1', records: 0 },
          ],
        },
      },
    ]);

    expect(text.split('\n').map((line) => line.split(/\s{2,}/))).toEqual([
      ['consumer', 'generation', 'shard', 'behind', 'events', 'last event of', 'passed at'],
      ['activity.timeline', 'v1', 'shardId-0', '2.5 s', '12', '2026-11-26T08:00:00.000Z', '-'],
      ['activity.timeline', 'v1', 'shardId-1', 'unknown', '0', '-', '-'],
      ['activity.timeline: 2 entities wait for a missing event'],
    ]);
  });

  it('is which event an entity waits for, and since when', () => {
    const since = '2026-11-26T08:00:00.000Z';
    const text = waitingTable([{ consumer: 'activity.timeline', entity: 'visit/1', since, missing: 3, waiting: 2 }]);
    expect(text.split('\n')[1]?.split(/\s{2,}/)).toEqual(['activity.timeline', 'visit/1', '3', '2', since]);
    expect(waitingTable([])).toBe('no entity waits for a missing event');
  });
});
