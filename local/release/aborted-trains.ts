import type { TrainEnding } from './train-log.port';

/** So many are remembered; whoever tries an older one again has had to look for it. */
const most = 10;

/** Ids of the trains that were aborted last, the latest at the end, once another one has ended. */
export const withAborted = (ids: readonly string[], { id, how }: TrainEnding): readonly string[] =>
  how === 'aborted' ? [...ids, id].slice(-most) : ids;
