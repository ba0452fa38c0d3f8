import type { ReplayAnswer, ReplayRequest } from '../../lambdas/shared/stream-request.contract';

/** What a replay has done so far, over all invocations. */
export interface ReplayProgress {
  readonly invocations: number;
  readonly read: number;
  readonly applied: number;
  readonly duplicates: number;
  readonly early: number;
  readonly parked: number;
  readonly joined: number;
  readonly shards: number;
  readonly shardsDone: number;
}

/** Asks for a replay again and again, each time from where the last invocation came to, until nothing is left to read. */
export const driveReplay = async (
  replay: ReplayRequest,
  ask: (request: ReplayRequest) => Promise<ReplayAnswer>,
  onProgress: (progress: ReplayProgress) => void,
): Promise<ReplayProgress> => {
  let total = {
    invocations: 0,
    read: 0,
    applied: 0,
    duplicates: 0,
    early: 0,
    parked: 0,
    joined: 0,
    shards: 0,
    shardsDone: 0,
  };
  let request = replay;
  for (;;) {
    const { replay: answer } = await ask(request);
    total = {
      invocations: total.invocations + 1,
      read: total.read + answer.read,
      applied: total.applied + answer.applied,
      duplicates: total.duplicates + answer.duplicates,
      early: total.early + answer.early,
      parked: total.parked + answer.parked,
      joined: total.joined + answer.joined,
      shards: answer.shards.length,
      shardsDone: answer.shards.filter(({ done }) => done).length,
    };
    onProgress(total);
    if (answer.done) return total;
    request = { ...request, from: 'checkpoint' };
  }
};

/** One line about a replay. */
export const replayLine = (progress: ReplayProgress): string => {
  const { read, applied, duplicates, early, parked, joined, shards, shardsDone } = progress;
  const more = [
    `${applied} applied`,
    `${duplicates} had already`,
    ...(early > 0 ? [`${early} kept for later`] : []),
    ...(joined > 0 ? [`${joined} entities begin in the middle`] : []),
    ...(parked > 0 ? [`${parked} parked`] : []),
  ];
  return `${read} events read: ${more.join(', ')}; ${shardsDone} of ${shards} shards done`;
};
