import type { LagAnswer } from '../../lambdas/shared/stream-request.contract';
import { textTable } from '../terminal/text-table';

/** How far one consumer is. */
export interface ConsumerLag {
  readonly consumer: string;
  readonly answer: LagAnswer;
}

const age = (milliseconds: number | undefined): string => {
  if (milliseconds === undefined) return 'unknown';
  return milliseconds < 1_000 ? 'none' : `${(milliseconds / 1_000).toFixed(1)} s`;
};

const columns = ['consumer', 'generation', 'shard', 'behind', 'events', 'last event of', 'passed at'];

/** How far each consumer is behind the end of each shard, as a table. */
export const lagTable = (lags: readonly ConsumerLag[]): string => {
  const rows = lags.flatMap(({ consumer, answer: { generation, lag } }) =>
    lag.map(({ shardId, behindMs, records, arrivedAt = '-', savedAt = '-' }) => [
      consumer,
      generation,
      shardId,
      age(behindMs),
      String(records),
      arrivedAt,
      savedAt,
    ]),
  );
  const gaps = lags.filter(({ answer }) => answer.gaps > 0);
  return [
    textTable([columns, ...rows]),
    ...gaps.map(({ consumer, answer }) => `${consumer}: ${answer.gaps} entities wait for a missing event`),
  ].join('\n');
};
