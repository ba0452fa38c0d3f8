import type { OrderedLog } from './ordered-log.port';
import type { StreamRecord } from './stream-record';

/** Reads one record from the log again; `undefined` when the log has it no more. */
export const readRecord = async (
  source: OrderedLog,
  { place }: Pick<StreamRecord, 'place'>,
): Promise<StreamRecord | undefined> => {
  const { shardId, sequenceNumber } = place;
  const { records } = await source.read(shardId, { kind: 'at', sequenceNumber }, 1);
  const [record] = records;
  return record?.place.sequenceNumber === sequenceNumber ? record : undefined;
};
