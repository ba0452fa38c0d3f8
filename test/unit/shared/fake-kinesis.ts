import { KinesisClient } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { type FakeAnswer, FakeService } from './fake-service';

/** One record of a call, as it came in. */
export interface SentRecord {
  readonly entity: string;
  readonly text: string;
}

/** What the stream does with one record: takes it, refuses it, or takes it and says that it has not. */
export type Fate = 'taken' | 'throttled' | 'failed' | 'unacknowledged';

/** What the stream does with a whole call. */
export type CallFate = 'answered' | 'throttled' | 'broken' | 'lost' | 'denied';

/** A stream of one shard that fails as it is told to. */
export class FakeKinesis {
  /** Everything that was taken, in order. */
  readonly log: SentRecord[] = [];
  /** Records of every call, in order. */
  readonly calls: (readonly SentRecord[])[] = [];
  private constructor(
    private readonly service: FakeService,
    readonly client: KinesisClient,
  ) {}

  static async start(
    fateOf: (record: SentRecord, call: number) => Fate = () => 'taken',
    callFate: (call: number) => CallFate = () => 'answered',
  ): Promise<FakeKinesis> {
    const answer = (body: string): FakeAnswer => kinesis.answer(body, fateOf, callFate);
    const service = await FakeService.start(answer);
    const client = new KinesisClient({
      region: 'sa-east-1',
      endpoint: service.endpoint,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
      requestHandler: new NodeHttpHandler(),
    });
    const kinesis = new FakeKinesis(service, client);
    return kinesis;
  }

  async stop(): Promise<void> {
    this.client.destroy();
    await this.service.stop();
  }

  private answer(
    body: string,
    fateOf: (record: SentRecord, call: number) => Fate,
    callFate: (call: number) => CallFate,
  ): FakeAnswer {
    const { Records } = JSON.parse(body) as { readonly Records: readonly { PartitionKey: string; Data: string }[] };
    const records = Records.map(({ PartitionKey: entity, Data }) => ({
      entity,
      text: Buffer.from(Data, 'base64').toString('utf8'),
    }));
    const call = this.calls.push(records) - 1;
    const error = (status: number, __type: string) => ({
      status,
      body: JSON.stringify({ __type, message: 'no' }),
      headers: { 'content-type': 'application/x-amz-json-1.1' },
    });
    const fate = callFate(call);
    if (fate === 'throttled') return error(400, 'ProvisionedThroughputExceededException');
    if (fate === 'broken') return error(500, 'InternalFailure');
    if (fate === 'denied') return error(400, 'AccessDeniedException');
    const answers = records.map((record) => {
      const one = fateOf(record, call);
      if (one === 'taken' || one === 'unacknowledged') this.log.push(record);
      if (one === 'taken') return { ShardId: 'shardId-0', SequenceNumber: String(this.log.length) };
      if (one === 'throttled')
        return { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'slow down' };
      return { ErrorCode: 'InternalFailure', ErrorMessage: 'no' };
    });
    // What was taken is taken: only the answer does not arrive.
    if (fate === 'lost') return error(500, 'InternalFailure');
    const FailedRecordCount = answers.filter(({ ErrorCode }) => ErrorCode !== undefined).length;
    return {
      status: 200,
      body: JSON.stringify({ FailedRecordCount, Records: answers }),
      headers: { 'content-type': 'application/x-amz-json-1.1' },
    };
  }
}
