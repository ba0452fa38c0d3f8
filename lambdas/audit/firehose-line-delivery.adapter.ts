import { FirehoseClient, PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import type { RecordClass } from '../shared/access-record.contract';
import { clientDefaults } from '../shared/client-defaults';
import type { LineDelivery } from './line-delivery.port';

/** Firehose took some of the lines, time and again, and not the others. The batch comes again, and with it the same lines. */
export class UndeliveredLinesError extends Error {
  override readonly name = 'UndeliveredLinesError';
}

/** What one call takes (https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html); 4 MiB, with room for base64. */
const limits = { records: 500, bytes: 3_000_000 };
const maximumTries = 5;
const pauseMilliseconds = 100;

let made: FirehoseClient | undefined;

/** The process's Firehose client; made at the first call. */
export const firehose = (): FirehoseClient => {
  made ??= new FirehoseClient(clientDefaults);
  return made;
};

const batchesOf = (lines: readonly Buffer[]): readonly (readonly Buffer[])[] => {
  const batches: Buffer[][] = [];
  let bytes = limits.bytes;
  for (const line of lines) {
    const current = batches.at(-1);
    if (current === undefined || current.length === limits.records || bytes + line.length > limits.bytes) {
      batches.push([line]);
      bytes = line.length;
    } else {
      current.push(line);
      bytes += line.length;
    }
  }
  return batches;
};

/** Hands lines to one Firehose stream a class, which writes them to that class's bucket. */
export class FirehoseLineDelivery implements LineDelivery {
  constructor(
    private readonly client: Pick<FirehoseClient, 'send'>,
    private readonly streams: { readonly [Class in RecordClass]: string },
  ) {}

  async deliver(recordClass: RecordClass, lines: readonly string[]): Promise<void> {
    const batches = batchesOf(lines.map((line) => Buffer.from(`${line}\n`)));
    for (const batch of batches) await this.deliverBatch(this.streams[recordClass], batch);
  }

  private async deliverBatch(DeliveryStreamName: string, batch: readonly Buffer[]): Promise<void> {
    let left = batch;
    let reason: string | undefined;
    for (let tries = 0; tries < maximumTries; tries += 1) {
      if (tries > 0) await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds * 2 ** tries));
      const Records = left.map((Data) => ({ Data }));
      const { RequestResponses = [] } = await this.client.send(
        new PutRecordBatchCommand({ DeliveryStreamName, Records }),
      );
      reason = RequestResponses.find(({ ErrorCode }) => ErrorCode !== undefined)?.ErrorCode;
      left = left.filter((_, index) => RequestResponses[index]?.RecordId === undefined);
      if (left.length === 0) return;
    }
    throw new UndeliveredLinesError(
      `${DeliveryStreamName} did not take ${left.length} of ${batch.length} lines: ${reason}`,
    );
  }
}
