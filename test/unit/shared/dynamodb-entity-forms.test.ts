import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { FormRefusedError, UnreadableItemError } from '../../../lambdas/shared/backfill.errors';
import { DynamoDbEntityForms } from '../../../lambdas/shared/dynamodb-entity-forms.adapter';
import { type FakeAnswer, FakeService } from './fake-service';

let service: FakeService | undefined;
afterEach(() => service?.stop());

const answered = (status: number, body: object): FakeAnswer => ({
  status,
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/x-amz-json-1.0' },
});
const refusal = (name: string, message: string): FakeAnswer =>
  answered(400, { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message });

const formsOf = async (answer: FakeAnswer) => {
  service = await FakeService.start(() => answer);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const config = { region: 'sa-east-1', endpoint: service.endpoint, credentials, maxAttempts: 1 };
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(config));
  const forms = new DynamoDbEntityForms(client, { tableName: 'orders', kind: 'order' });
  return { forms, requests: service.requests };
};

const entity = (id: string, changes: object = {}) => ({
  ...{ pk: { S: `order/${id}` }, sk: { S: 'ENTITY' }, state: { M: {} }, version: { N: '1' } },
  ...{ homeRegion: { S: 'sa-east-1' }, ...changes },
});
const known = { entity: 'order/1', state: {}, version: 1, homeRegion: 'sa-east-1' };

it.each(['page', 'versions'] as const)('finds entities by the key by which the store reads them: %s', async (scan) => {
  const { forms, requests } = await formsOf(answered(200, { Items: [entity('1')] }));

  const { items } = await (scan === 'page'
    ? forms.page({ segment: 0, segments: 1 }, undefined)
    : forms.versions(undefined));

  expect(items).toEqual([known]);
  const { FilterExpression, ExpressionAttributeNames, ExpressionAttributeValues } = JSON.parse(requests[0] ?? '');
  expect([FilterExpression, ExpressionAttributeNames]).toEqual(['sk = :entity AND begins_with(pk, :kind)', undefined]);
  expect(ExpressionAttributeValues).toEqual({ ':entity': { S: 'ENTITY' }, ':kind': { S: 'order/' } });
});

it('reads the other items of a page beside one that is not as the store writes it, and says what is wrong with that', async () => {
  const broken = entity('2', { version: { S: 'a secret' } });
  const { forms } = await formsOf(
    answered(200, { Items: [entity('1'), broken, entity('3', { homeRegion: { N: '7' } })] }),
  );

  const { items } = await forms.page({ segment: 0, segments: 1 }, undefined);

  const fault = (text: string) => expect.objectContaining({ name: 'UnreadableItemError', message: text });
  expect(items).toEqual([
    known,
    {
      ...{ entity: 'order/2', homeRegion: 'sa-east-1' },
      unreadable: fault('order/2 is not stored as the store writes it: version: expected number'),
    },
    {
      entity: 'order/3',
      unreadable: fault('order/3 is not stored as the store writes it: homeRegion: expected string'),
    },
  ]);
});

it('names the entity that it was asked for and cannot read', async () => {
  const { forms } = await formsOf(answered(200, { Item: entity('1', { schemaVersion: { S: '2' } }) }));

  await expect(forms.find('order/1')).rejects.toThrow(UnreadableItemError);
});

it('names the entity whose new form the table refuses', async () => {
  const message = 'Item size to update has exceeded the maximum allowed size';
  const { forms } = await formsOf(refusal('ValidationException', message));

  const refused = forms.rewrite(known, { state: {}, schemaVersion: 2 });

  await expect(refused).rejects.toThrow(FormRefusedError);
  await expect(refused).rejects.toThrow(`DynamoDB refuses the new form of order/1: ${message}`);
});

it('lets a failure of the table through', async () => {
  const { forms } = await formsOf(refusal('ResourceNotFoundException', 'no table orders'));

  await expect(forms.rewrite(known, { state: {}, schemaVersion: 2 })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});
