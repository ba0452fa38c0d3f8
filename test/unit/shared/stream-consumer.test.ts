import type { DynamoDBRecord } from 'aws-lambda';
import { InMemoryParking } from '../../../lambdas/shared/in-memory-parking.adapter';
import { type StreamRow, streamConsumer } from '../../../lambdas/shared/stream-consumer';
import { recordingLog } from './messages';

const context = { invokedFunctionArn: 'relay:live', getRemainingTimeInMillis: () => 60_000 };
const parking = new InMemoryParking({ context: 'test', consumer: 'relay-outbox', region: 'sa-east-1' });
const desk = { consumer: 'relay-outbox', parking, log: recordingLog() };
const insert = (pk: string, SequenceNumber: string, more: NonNullable<DynamoDBRecord['dynamodb']>['NewImage'] = {}) => {
  const Keys = { pk: { S: pk }, sk: { S: 'OUTBOX#1' } };
  return { eventName: 'INSERT' as const, dynamodb: { Keys, NewImage: { ...Keys, ...more }, SequenceNumber } };
};

/** Consumes records; those of the named entities must come again. */
const consume = async (Records: DynamoDBRecord[], ...again: string[]) => {
  const seen: StreamRow[] = [];
  const handle = async (rows: readonly StreamRow[]) => {
    seen.push(...rows);
    return rows.filter(({ key }) => again.includes(key.pk)).reverse();
  };
  const answer = await streamConsumer({ ...desk, handle, handleAgain: async () => undefined })({ Records }, context);
  return { seen, answer };
};

describe('a batch of a stream', () => {
  it('is handed over with plain values, in order', async () => {
    const { seen, answer } = await consume([insert('a', '1', { n: { N: '5' }, b: { B: 'AQI=' } }), insert('b', '2')]);

    expect(seen).toMatchObject([
      { sequenceNumber: '1', key: { pk: 'a', sk: 'OUTBOX#1' }, item: { pk: 'a', n: 5, b: 'AQI=' } },
      { sequenceNumber: '2', key: { pk: 'b' } },
    ]);
    expect(answer).toEqual({ batchItemFailures: [] });
  });

  it('is checkpointed right before the first record that must come again', async () => {
    const { answer } = await consume(
      [insert('a', '1'), insert('b', '2'), insert('c', '3'), insert('b', '4')],
      'c',
      'b',
    );

    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
  });

  it('leaves changes and removals out', async () => {
    const changed = { ...insert('a', '1'), eventName: 'MODIFY' as const };
    const removed = { ...insert('b', '2'), eventName: 'REMOVE' as const };

    expect((await consume([changed, removed, insert('c', '3')])).seen.map(({ key }) => key.pk)).toEqual(['c']);
  });

  it('does not fail as a whole for one item that cannot be read', async () => {
    const large = insert('a', '1', { n: { N: '123456789012345678901234567890' } });
    const unknown = insert('b', '2', { x: JSON.parse('{ "Z": "z" }') });

    const { seen } = await consume([large, unknown, insert('c', '3')]);

    expect(seen.map(({ key }) => key.pk)).toEqual(['a', 'b', 'c']);
    expect(seen[1]?.item).toEqual({});
  });
});

describe('a parked entity', () => {
  const park = (group: string, ...bodies: string[]) => {
    const about = { kind: 'outbox', group, subject: group, reason: 'TooLarge', explanation: '' } as const;
    const messages = bodies.map((body) => ({ body, attributes: {} }));
    return parking.park({ ...about, redriveFunction: 'relay:live', messages });
  };
  const start = () => {
    const handled: string[] = [];
    const handleAgain = async ({ body }: { body: string }) => void handled.push(body);
    return { handled, consumer: streamConsumer({ ...desk, handle: async () => [], handleAgain }) };
  };

  it('is handled again by a redrive, message by message, and its case is closed', async () => {
    const { handled, consumer } = start();
    const caseId = await park('a', 'one');

    const result = await consumer({ redriveCase: caseId }, context);

    expect(result).toEqual({ caseId, outcome: 'closed', redriven: 1 });
    expect(handled).toEqual(['one']);
  });

  it('goes on without a row that an operator discards', async () => {
    const { handled, consumer } = start();
    const caseId = await park('b', 'poison', 'two');

    const discardMessage = { caseId, number: 1, reason: 'larger than the topic takes', by: 'operator-1' };
    const discarded = await consumer({ discardMessage }, context);
    await consumer({ redriveCase: caseId }, context);

    expect(discarded).toEqual({ outcome: 'discarded', caseId, number: 1, closed: false });
    expect(handled).toEqual(['two']);
  });
});
