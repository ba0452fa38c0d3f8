import { setTimeout as sleep } from 'node:timers/promises';
import { type KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import type { LogRecord } from './records';

/** The most that one call takes. */
const MOST_AT_ONCE = 500;
const PAUSE_MILLISECONDS = 100;
const TRIES = 50;

/**
 * Appends records in their order, one call at a time; what a call does not take is sent again before anything else.
 * @param onAppended called with the number of records that are in the log
 * @throws RangeError the log takes a record not at all
 */
export const appendRecords = async (
  kinesis: KinesisClient,
  StreamName: string,
  records: readonly LogRecord[],
  onAppended: (count: number) => void,
): Promise<void> => {
  for (let at = 0; at < records.length; at += MOST_AT_ONCE) {
    let left = records.slice(at, at + MOST_AT_ONCE);
    for (let tries = 0; left.length > 0; tries += 1) {
      if (tries === TRIES) throw new RangeError(`${StreamName} did not take ${left.length} records in ${TRIES} tries`);
      if (tries > 0) await sleep(PAUSE_MILLISECONDS);
      const Records = left.map(({ partitionKey, text }) => ({ PartitionKey: partitionKey, Data: Buffer.from(text) }));
      const { Records: answers = [] } = await kinesis.send(new PutRecordsCommand({ StreamName, Records }));
      left = left.filter((_, index) => answers[index]?.ErrorCode !== undefined);
    }
    onAppended(Math.min(records.length, at + MOST_AT_ONCE));
  }
};
