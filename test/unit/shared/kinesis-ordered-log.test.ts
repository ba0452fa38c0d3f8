import { KinesisClient } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { KinesisOrderedLog } from '../../../lambdas/shared/kinesis-ordered-log.adapter';
import { type FakeAnswer, FakeService } from './fake-service';
import { virtualTime } from './virtual-time';

const streamArn = 'arn:aws:kinesis:sa-east-1:000000000000:stream/activity';
const headers = { 'content-type': 'application/x-amz-json-1.1' };
const ok = (body: object): FakeAnswer => ({ status: 200, body: JSON.stringify(body), headers });
const refused = (__type: string): FakeAnswer => ({
  status: 400,
  body: JSON.stringify({ __type, message: 'no' }),
  headers,
});

/** Reads take no time here, only waiting does. */
let time: ReturnType<typeof virtualTime>;
let service: FakeService;
let client: KinesisClient;
const logOver = async (answer: (request: Record<string, unknown>) => FakeAnswer) => {
  service = await FakeService.start((body) => answer(JSON.parse(body) as Record<string, unknown>));
  client = new KinesisClient({
    region: 'sa-east-1',
    endpoint: service.endpoint,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler(),
  });
  time = virtualTime();
  const timer = { after: time.wait };
  return new KinesisOrderedLog(client, { streamArn, region: 'sa-east-1', clock: time.clock, timer });
};
const requests = () => service.requests.map((body) => JSON.parse(body) as Record<string, unknown>);
afterEach(async () => {
  client.destroy();
  await service.stop();
});

const shard = (ShardId: string, more: object = {}) => ({
  ShardId,
  HashKeyRange: { StartingHashKey: '0', EndingHashKey: '9' },
  SequenceNumberRange: { StartingSequenceNumber: '1' },
  ...more,
});

describe('KinesisOrderedLog', () => {
  it('lists the shards of all pages, parents before their children, without parents that are forgotten', async () => {
    const children = { ParentShardId: 'shardId-1', AdjacentParentShardId: 'shardId-2' };
    const log = await logOver(({ NextToken }) =>
      NextToken === undefined
        ? ok({ Shards: [shard('shardId-3', children)], NextToken: 'more' })
        : ok({ Shards: [shard('shardId-2', { ParentShardId: 'shardId-0' }), shard('shardId-1')] }),
    );

    const hashes = { from: '0', to: '9' };
    expect(await log.shards()).toEqual([
      { shardId: 'shardId-1', parents: [], hashes },
      { shardId: 'shardId-2', parents: [], hashes },
      { shardId: 'shardId-3', parents: ['shardId-1', 'shardId-2'], hashes },
    ]);
  });

  const Record = {
    SequenceNumber: '49',
    PartitionKey: 'visit/1',
    Data: Buffer.from('{}').toString('base64'),
    ApproximateArrivalTimestamp: 1_795_420_800.25,
  };
  const answering = (page: object) => (request: Record<string, unknown>) =>
    'ShardIteratorType' in request ? ok({ ShardIterator: 'begin' }) : ok(page);

  it('reads records as Lambda hands them over, and says where the page ends', async () => {
    const log = await logOver(answering({ Records: [Record], NextShardIterator: 'on', MillisBehindLatest: 1_500 }));

    expect(await log.read('shardId-1', { kind: 'horizon' }, 5)).toEqual({
      records: [
        {
          place: {
            ...{ lane: 'sa-east-1:shardId-1', shardId: 'shardId-1' },
            ...{ sequenceNumber: '49', arrivedAt: 1_795_420_800_250 },
          },
          partitionKey: 'visit/1',
          data: Record.Data,
        },
      ],
      next: 'on',
      behindMs: 1_500,
    });
    expect(requests().at(-1)).toMatchObject({ ShardIterator: 'begin', Limit: 5 });
  });

  it('ends behind the last record of a closed shard', async () => {
    const log = await logOver(answering({ Records: [], MillisBehindLatest: 0 }));

    expect(await log.read('shardId-1', { kind: 'next', next: 'on' })).toEqual({ records: [], behindMs: 0 });
    expect(requests()).toMatchObject([{ ShardIterator: 'on' }]);
  });

  it.each([
    [{ kind: 'horizon' } as const, { ShardIteratorType: 'TRIM_HORIZON' }],
    [{ kind: 'time', at: 1_795_420_800_000 } as const, { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: 1_795_420_800 }],
    [
      { kind: 'at', sequenceNumber: '49' } as const,
      { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: '49' },
    ],
    [
      { kind: 'after', sequenceNumber: '49' } as const,
      { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: '49' },
    ],
  ])('begins where it is told to: %j', async (point, asked) => {
    const log = await logOver(answering({ Records: [], NextShardIterator: 'on', MillisBehindLatest: 0 }));

    await log.read('shardId-1', point);

    expect(requests()[0]).toMatchObject({ ShardId: 'shardId-1', ...asked });
  });

  it('takes a number that the stream has forgotten for its oldest record', async () => {
    const log = await logOver((request) => {
      if (request['ShardIteratorType'] === 'AT_SEQUENCE_NUMBER') return refused('InvalidArgumentException');
      return answering({ Records: [Record], MillisBehindLatest: 0 })(request);
    });

    const { records } = await log.read('shardId-1', { kind: 'at', sequenceNumber: '1' });

    expect(records).toHaveLength(1);
    expect(requests()[1]).toMatchObject({ ShardIteratorType: 'TRIM_HORIZON' });
  });

  /** How long the reading of some pages takes, in milliseconds. */
  const timeFor = async (read: () => Promise<unknown>): Promise<number> => {
    const begun = time.clock.now().getTime();
    await read();
    return time.clock.now().getTime() - begun;
  };
  const next = { kind: 'next', next: 'on' } as const;

  it('takes two of the five reads that a shard answers a second, in small pages, and waits for no other shard', async () => {
    const log = await logOver(answering({ Records: [], NextShardIterator: 'on', MillisBehindLatest: 1 }));
    const pages = async (shardId: string) => {
      for (let page = 0; page < 11; page += 1) await log.read(shardId, next);
    };

    expect(await timeFor(() => pages('shardId-1'))).toBe(5_000);
    expect(await timeFor(() => log.read('shardId-2', next))).toBe(0);
    expect(requests().every(({ Limit }) => Limit === 1_000)).toBe(true);
  });

  it('reads slower for a shard that has no reads left, and gives up in the end', async () => {
    let left = 2;
    const log = await logOver(() => {
      left -= 1;
      return left < 0 ? ok({ Records: [], MillisBehindLatest: 0 }) : refused('ProvisionedThroughputExceededException');
    });

    expect(await timeFor(() => log.read('shardId-1', next))).toBeGreaterThanOrEqual(1_000);
    left = 100;

    await expect(log.read('shardId-1', next)).rejects.toMatchObject({ name: 'ProvisionedThroughputExceededException' });
    expect(requests()).toHaveLength(3 + 5);
  });

  it.each([
    ['a time that the stream refuses', { kind: 'time', at: 5 } as const, 'InvalidArgumentException'],
    ['a stream that it may not read', { kind: 'at', sequenceNumber: '1' } as const, 'AccessDeniedException'],
  ])('does not hide %s', async (_name, point, type) => {
    const log = await logOver(() => refused(type));

    await expect(log.read('shardId-1', point)).rejects.toMatchObject({ name: type });
  });
});
