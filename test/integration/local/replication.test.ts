import { randomUUID } from 'node:crypto';
import {
  type AttributeValue,
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
  type _Record as StreamRecord,
} from '@aws-sdk/client-dynamodb-streams';
import type { ReplicationLink } from '../../../local/emulator/emulator-control';
import { eventually } from '../eventually';
import { type ScratchEmulator, startScratchEmulator } from './scratch-emulator';

const SAO_PAULO = 'sa-east-1';
const VIRGINIA = 'us-east-1';
const TableName = 'orders';

let emulator: ScratchEmulator;
let saoPaulo: DynamoDBClient;
let virginia: DynamoDBClient;

beforeAll(async () => {
  emulator = await startScratchEmulator({ TENFOLD_TTL_SWEEP_SECONDS: '0.2' });
  saoPaulo = new DynamoDBClient(emulator.in(SAO_PAULO));
  virginia = new DynamoDBClient(emulator.in(VIRGINIA));
  await saoPaulo.send(
    new CreateTableCommand({
      TableName,
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
  await saoPaulo.send(
    new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: 'expiresAt' } }),
  );
  await saoPaulo.send(new UpdateTableCommand({ TableName, ReplicaUpdates: [{ Create: { RegionName: VIRGINIA } }] }));
});

afterAll(() => emulator.stop());

afterEach(async () => {
  for (const region of [SAO_PAULO, VIRGINIA]) await emulator.control.putRegion(region, 'light');
  for (const [from, to] of bothWays) await emulator.control.putReplication(from, to, quick);
});

const bothWays = [
  [SAO_PAULO, VIRGINIA],
  [VIRGINIA, SAO_PAULO],
] as const;
const quick = { lagMilliseconds: 0, partitioned: false };
const cut = { partitioned: true };

const cutBothWays = async (): Promise<void> => {
  for (const [from, to] of bothWays) await emulator.control.putReplication(from, to, cut);
};

const put = (client: DynamoDBClient, pk: string, value: string, more: Record<string, AttributeValue> = {}) =>
  client.send(new PutItemCommand({ TableName, Item: { pk: { S: pk }, value: { S: value }, ...more } }));

const valueAt = async (client: DynamoDBClient, pk: string): Promise<string | undefined> => {
  const { Item } = await client.send(new GetItemCommand({ TableName, Key: { pk: { S: pk } } }));
  return Item?.['value']?.S;
};

const linkOf = async (from: string, to: string): Promise<ReplicationLink> => {
  const { replication } = await emulator.control.status();
  const found = replication.find((link) => link.from === from && link.to === to);
  if (found === undefined) throw new Error(`no replication from ${from} to ${to}`);
  return found;
};

const untilCaughtUp = async (): Promise<void> => {
  await eventually(emulator.control.status, ({ replication }) => replication.every(({ backlog }) => backlog === 0));
};

/** What a replica's stream says of an item: `INSERT first`, `MODIFY second`, `REMOVE`. */
const streamOf = async (region: string, pk: string): Promise<readonly StreamRecord[]> => {
  const streams = new DynamoDBStreamsClient(emulator.in(region));
  const { Streams = [] } = await streams.send(new ListStreamsCommand({ TableName }));
  const StreamArn = Streams[0]?.StreamArn;
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  const records: StreamRecord[] = [];
  for (const { ShardId } of StreamDescription?.Shards ?? []) {
    const { ShardIterator } = await streams.send(
      new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    records.push(...((await streams.send(new GetRecordsCommand({ ShardIterator }))).Records ?? []));
  }
  return records.filter(({ dynamodb }) => dynamodb?.Keys?.['pk']?.S === pk);
};

const told = ({ eventName, dynamodb }: StreamRecord): string =>
  [eventName, dynamodb?.NewImage?.['value']?.S].filter((part) => part !== undefined).join(' ');

test('a write is answered before it is replicated, and arrives when its lag has passed', async () => {
  const pk = randomUUID();
  await emulator.control.putReplication(SAO_PAULO, VIRGINIA, { lagMilliseconds: 400 });
  const writtenAt = Date.now();
  await put(saoPaulo, pk, 'first');

  expect(await valueAt(saoPaulo, pk)).toBe('first');
  expect(await valueAt(virginia, pk)).toBeUndefined();
  expect(await linkOf(SAO_PAULO, VIRGINIA)).toMatchObject({ backlog: 1, backlogByTable: { orders: 1 } });

  await eventually(
    () => valueAt(virginia, pk),
    (value) => value === 'first',
  );

  expect(Date.now() - writtenAt).toBeGreaterThanOrEqual(400);
  expect(await linkOf(SAO_PAULO, VIRGINIA)).toMatchObject({ backlog: 0, oldestMilliseconds: 0 });
});

test('an item written in two regions while they are cut off becomes the one written last, everywhere', async () => {
  const [savedByVirginia, savedBySaoPaulo] = [randomUUID(), randomUUID()];
  await cutBothWays();
  await put(saoPaulo, savedByVirginia, 'São Paulo, first');
  await put(virginia, savedBySaoPaulo, 'Virginia, first');
  await put(virginia, savedByVirginia, 'Virginia, later');
  await put(saoPaulo, savedBySaoPaulo, 'São Paulo, later');
  const { superseded: before } = await linkOf(SAO_PAULO, VIRGINIA);

  for (const [from, to] of bothWays) await emulator.control.putReplication(from, to, quick);
  await untilCaughtUp();

  for (const region of [saoPaulo, virginia]) {
    expect(await valueAt(region, savedByVirginia)).toBe('Virginia, later');
    expect(await valueAt(region, savedBySaoPaulo)).toBe('São Paulo, later');
  }
  expect((await linkOf(SAO_PAULO, VIRGINIA)).superseded).toBe(before + 1);
});

test("only writes that are applied show in the other replica's stream", async () => {
  const pk = randomUUID();
  await cutBothWays();
  await put(saoPaulo, pk, 'loses');
  await put(virginia, pk, 'wins');

  for (const [from, to] of bothWays) await emulator.control.putReplication(from, to, quick);
  await untilCaughtUp();

  expect((await streamOf(VIRGINIA, pk)).map(told)).toEqual(['INSERT wins']);
  expect((await streamOf(SAO_PAULO, pk)).map(told)).toEqual(['INSERT loses', 'MODIFY wins']);
  expect((await streamOf(SAO_PAULO, pk))[1]?.awsRegion).toBe(SAO_PAULO);
});

test('an older write that arrives late neither overwrites a newer one nor brings a deleted item back', async () => {
  const [overtaken, deleted] = [randomUUID(), randomUUID()];
  await emulator.control.putReplication(SAO_PAULO, VIRGINIA, { lagMilliseconds: 1_000 });
  await put(saoPaulo, overtaken, 'older');
  await put(saoPaulo, deleted, 'older');
  await emulator.control.putReplication(SAO_PAULO, VIRGINIA, { lagMilliseconds: 0 });
  await put(saoPaulo, overtaken, 'newer');
  await saoPaulo.send(new DeleteItemCommand({ TableName, Key: { pk: { S: deleted } } }));
  await eventually(
    () => valueAt(virginia, overtaken),
    (value) => value === 'newer',
  );
  await untilCaughtUp();

  expect(await valueAt(virginia, overtaken)).toBe('newer');
  expect(await valueAt(virginia, deleted)).toBeUndefined();
  expect((await streamOf(VIRGINIA, deleted)).map(told)).toEqual([]);
});

test('a region that is silent neither sends nor receives; what was written meanwhile arrives late', async () => {
  const pk = randomUUID();
  await emulator.control.putReplication(VIRGINIA, SAO_PAULO, { lagMilliseconds: 100 });
  await put(virginia, pk, 'before the dark');
  await emulator.control.putRegion(VIRGINIA, 'blackhole');
  await put(saoPaulo, `${pk}-other`, 'during the dark');
  const dark = await eventually(emulator.control.status, ({ replication }) =>
    replication.every(({ backlog, oldestMilliseconds }) => backlog === 1 && oldestMilliseconds > 200),
  );

  expect(dark.replication.map(({ open }) => open)).toEqual([false, false]);
  expect(await valueAt(saoPaulo, pk)).toBeUndefined();

  await emulator.control.putRegion(VIRGINIA, 'light');
  await untilCaughtUp();

  expect(await valueAt(saoPaulo, pk)).toBe('before the dark');
  expect(await valueAt(virginia, `${pk}-other`)).toBe('during the dark');
});

test('an item expires in one region, and its deletion is replicated without a word of expiry', async () => {
  const pk = randomUUID();
  await put(saoPaulo, pk, 'short-lived', { expiresAt: { N: String(Math.floor(Date.now() / 1000) - 1) } });
  for (const region of [saoPaulo, virginia])
    await eventually(
      () => valueAt(region, pk),
      (value) => value === undefined,
    );
  await untilCaughtUp();
  const removals = await Promise.all(
    [SAO_PAULO, VIRGINIA].map(async (region) =>
      (await streamOf(region, pk)).filter(({ eventName }) => eventName === 'REMOVE'),
    ),
  );

  expect(removals.map(({ length }) => length)).toEqual([1, 1]);
  // Who deleted is told as functions are told it; the streams' own API spells it otherwise, so only that it is there counts.
  expect(removals.flat().filter(({ userIdentity }) => userIdentity !== undefined)).toHaveLength(1);
});

test.each([
  ['one and the same region', SAO_PAULO, SAO_PAULO, cut, 'not from sa-east-1 to itself'],
  ['a name that is no region', 'nowhere', SAO_PAULO, cut, 'nowhere is no name of a region'],
  ['a range from high to low', SAO_PAULO, VIRGINIA, { lagMilliseconds: [50, 10] as const }, 'not from 50 to 10'],
  ['a negative lag', SAO_PAULO, VIRGINIA, { lagMilliseconds: -1 }, 'lagMilliseconds is a whole number'],
  ['nothing at all', SAO_PAULO, VIRGINIA, {}, 'some of lagMilliseconds, partitioned'],
])('%s is refused', async (_what, from, to, wish, message) => {
  await expect(emulator.control.putReplication(from, to, wish)).rejects.toThrow(message);
});
