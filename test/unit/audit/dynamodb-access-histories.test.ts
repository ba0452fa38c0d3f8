import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type KnownAbout, unknownActor } from '../../../lambdas/audit/access-history';
import { historyText } from '../../../lambdas/audit/access-history-text';
import { judgeAccess } from '../../../lambdas/audit/access-judgement';
import { unknownProfile } from '../../../lambdas/audit/access-profile';
import { StaleHistoryError } from '../../../lambdas/audit/access-watch.errors';
import { DynamoDbAccessHistories } from '../../../lambdas/audit/dynamodb-access-histories.adapter';
import { type FakeAnswer, FakeService } from '../shared/fake-service';

const now = new Date('2026-03-02T14:00:00.000Z');
const MINUTE = 60_000;

/** A machine client that read the data of 300 customers a minute in the last hour, and was refused as often. */
const busiest: KnownAbout = Array.from({ length: 60 * 600 }, (_, index) => index).reduce<KnownAbout>(
  (known, index) =>
    judgeAccess(
      known,
      {
        recordId: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
        ...{ actorId: 'store-front', role: 'client', action: 'order.read', subject: `order/${index}` },
        refused: index % 2 === 0,
        atMs: now.getTime() - 60 * MINUTE + Math.floor(index / 600) * MINUTE,
      },
      'sa-east-1',
    ),
  { actor: unknownActor, role: unknownProfile, elsewhere: [], ownSubjects: [] },
);

let service: FakeService | undefined;
afterEach(() => service?.stop());

const setUp = async (answer: (body: string) => FakeAnswer) => {
  service = await FakeService.start(answer);
  const { endpoint, requests } = service;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new DynamoDBClient({ region: 'sa-east-1', credentials, endpoint, maxAttempts: 1 });
  const documents = DynamoDBDocumentClient.from(client);
  const options = { tableName: 'audit', region: 'sa-east-1', clock: { now: () => now } };
  return { histories: new DynamoDbAccessHistories(documents, options), requests };
};

const unread = { known: { ...busiest, actor: unknownActor }, version: { actor: 0, role: 0 } };
const done = { status: 200, body: '{}' };

describe('DynamoDbAccessHistories', () => {
  it('writes the history of the busiest actor alone and in eleven units, where its text in a transaction took sixty', async () => {
    const { histories, requests } = await setUp(() => done);

    await histories.keep('store-front', 'client', unread, busiest);

    const [put] = requests.map((text) => JSON.parse(text));
    const bytes = Buffer.from(put.Item.history.B, 'base64').length;
    expect(requests).toHaveLength(1);
    expect(put.ConditionExpression).toBe('attribute_not_exists(pk)');
    expect(historyText(busiest.actor).length).toBeGreaterThan(25_000);
    expect(bytes).toBeLessThan(11 * 1_024);
  });

  it('reads what it has written, and what somebody has written as text', async () => {
    const { histories, requests } = await setUp(() => done);
    await histories.keep('store-front', 'client', unread, busiest);
    const { Item } = JSON.parse(requests[0] ?? '{}');
    const text = { ...Item, sk: { S: 'HISTORY#us-east-1' }, history: { S: historyText(busiest.actor) } };
    await service?.stop();
    const again = await setUp((body) => ({
      status: 200,
      body: body.includes('KeyConditionExpression') ? JSON.stringify({ Items: [Item, text] }) : '{}',
    }));

    const { known, version } = await again.histories.read('store-front', 'client');

    expect(JSON.parse(historyText(known.actor))).toEqual(JSON.parse(historyText(busiest.actor)));
    expect(known.elsewhere).toEqual([busiest.actor.profile]);
    expect(version).toEqual({ actor: 1, role: 0 });
  });

  it('writes actor and role together, or neither', async () => {
    const { histories, requests } = await setUp(() => done);

    await histories.keep(
      'store-front',
      'client',
      { ...unread, known: { ...unread.known, role: unknownProfile } },
      busiest,
    );

    const [transaction] = requests.map((text) => JSON.parse(text));
    expect(transaction.TransactItems.map(({ Put }: { Put: { Item: { pk: { S: string } } } }) => Put.Item.pk.S)).toEqual(
      ['ACTOR#store-front', 'ROLE#client'],
    );
  });

  it('says that a history is stale', async () => {
    const body = '{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"}';
    const { histories } = await setUp(() => ({ status: 400, body }));

    await expect(histories.keep('store-front', 'client', unread, busiest)).rejects.toThrow(StaleHistoryError);
  });
});
