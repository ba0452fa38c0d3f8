import { createHash, randomUUID } from 'node:crypto';
import { KMSClient, VerifyCommand } from '@aws-sdk/client-kms';
import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { findPlanted } from '../../drills/harness/planted-values';
import { orderSagaData, sealedOrderField, shippingAddress } from '../../lambdas/ordering/order-saga.contract';
import { statementText } from '../../lambdas/privacy/erasure-certificate';
import { askToErase } from '../../local/audit/erase-subject';
import { clientConfig } from '../../local/deployment/aws-clients';
import { keysTable, openerIn, subjectKeysIn, tokensIn } from './customer-opener';
import { deployedStore, orderOf } from './deployed-store';
import { eventually } from './eventually';
import { problemIn } from './store-client';

const store = deployedStore();

/** A person who exists in this run only. */
const person = () => {
  const mark = randomUUID().slice(0, 8);
  const customerId = `erased-${mark}`;
  const shipTo = {
    ...{ recipient: `Ada Planted-${mark}`, street: `Rua Plantada-${mark} 10`, city: `Cidade-${mark}` },
    ...{ postalCode: `CEP-${mark}`, country: 'BR' },
  };
  const paymentMethod = `pm_planted_${mark}`;
  const { country: _country, ...personal } = shipTo;
  return { customerId, shipTo, paymentMethod, planted: [...Object.values(personal), paymentMethod] };
};

const keyItems = async (region: string, subject: string): Promise<readonly string[]> => {
  const query = new QueryCommand({
    ...{ TableName: keysTable, ConsistentRead: true, KeyConditionExpression: 'pk = :pk' },
    ExpressionAttributeValues: { ':pk': `subject/${subject}` },
  });
  return ((await subjectKeysIn(store(), region).send(query)).Items ?? []).map(({ sk }) => String(sk)).sort();
};

const sealedShipTo = async (orderId: string) => {
  const item = await store().item('ordering', `order/${orderId}`, 'ENTITY');
  return orderSagaData.shape.shipTo.parse(Object(item?.['state']).shipTo);
};

it('leaves nothing personal anywhere while an order is handled, and nothing readable once its customer is erased', async () => {
  const { api, carrier, cloud } = store();
  const article = await store().newArticle();
  const { customerId, shipTo, paymentMethod, planted } = person();
  const order = { ...orderOf(article), customerId, shipTo, paymentMethod };

  const { orderId } = await api.placed(order);
  await api.orderWith(orderId, 'CONFIRMED', ['dispatch done']);
  // Refused at the edge: what is echoed and logged of it must not be personal either.
  await api.place({ ...order, shipTo: { ...shipTo, country: 'Brazil' } });
  const declined = await api.placed({ ...order, paymentMethod: 'pm_declined' });
  await api.orderWith(declined.orderId, 'REJECTED', []);
  expect(await carrier.effectsOf(orderId)).toEqual(['parcel', 'dispatch']);

  const before = await findPlanted(cloud.regions, planted);
  expect(before.found).toEqual([]);
  expect(before.places).toBeGreaterThan(50);

  const field = { customerId, field: sealedOrderField(orderId, 'shipTo') };
  const sealed = await sealedShipTo(orderId);
  expect(await openerIn(store(), cloud.region)(field, sealed, shippingAddress)).toEqual(shipTo);

  const answer = await askToErase(cloud, cloud.outputs, customerId);

  if (answer.kind !== 'erased') throw new Error(`expected an erasure, got ${answer.kind}`);
  const { certificate } = answer;
  const { value, keyArn: KeyId } = certificate.signature;
  const verified = await new KMSClient(clientConfig(cloud)).send(
    new VerifyCommand({
      ...{ KeyId, SigningAlgorithm: 'ECDSA_SHA_256', MessageType: 'DIGEST' },
      Message: createHash('sha256').update(statementText(certificate)).digest(),
      Signature: Buffer.from(value, 'base64'),
    }),
  );
  expect(verified.SignatureValid).toBe(true);
  expect(certificate.keysDestroyed.map(({ region }) => region)).toContain(cloud.region);
  for (const { region } of cloud.regions) {
    expect((await keyItems(region, await tokensIn(store())(customerId))).filter((sk) => sk.startsWith('KEY#'))).toEqual(
      [],
    );
    await expect(openerIn(store(), region)(field, sealed, shippingAddress)).rejects.toMatchObject({
      name: 'SubjectErasedError',
    });
  }
  expect((await findPlanted(cloud.regions, planted)).found).toEqual([]);
  expect(await askToErase(cloud, cloud.outputs, customerId)).toEqual(answer);

  const again = await api.place(order);
  expect(problemIn(again)).toMatchObject({ status: 422, errors: [{ field: 'customerId' }] });
});

it('brings an order under way to its end when its customer is erased: nothing is shipped, nothing is paid', async () => {
  const { api, provider, carrier, cloud } = store();
  const { customerId, shipTo, paymentMethod } = person();
  const key = randomUUID();
  const orderId = store().orderIdFor(key);
  await provider.fail('charge', orderId);
  await api.placed({ ...orderOf(await store().newArticle()), customerId, shipTo, paymentMethod }, key);

  expect(await askToErase(cloud, cloud.outputs, customerId)).toMatchObject({ kind: 'erased' });
  await provider.mend('charge', orderId);

  await api.orderWith(orderId, 'REJECTED', []);
  expect(await provider.paidFor(orderId)).toBe(0);
  expect(await carrier.effectsOf(orderId)).not.toContain('dispatch');
});

it('leaves nothing readable of what a customer has searched for, and answers nothing more about them', async () => {
  const { api, cloud } = store();
  const [visitId, { customerId }] = [randomUUID(), person()];
  const query = `planted search ${visitId.slice(0, 8)}`;
  const occurredAt = new Date().toISOString();
  const search = {
    ...{ method: 'POST', path: '/v1/activity', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ visitId, customerId, events: [{ sequence: 1, kind: 'searched', occurredAt, query }] }),
  };
  const timeline = () => api.send({ method: 'GET', path: `/v1/activity/${customerId}` });
  expect((await api.send(search)).status).toBe(202);
  await eventually(timeline, ({ text }) => text.includes(query));
  expect((await findPlanted(cloud.regions, [query])).found).toEqual([]);

  expect(await askToErase(cloud, cloud.outputs, customerId)).toMatchObject({ kind: 'erased' });

  expect((await timeline()).status).toBe(410);
  const again = await api.send(search);
  expect(problemIn(again)).toMatchObject({ status: 422, errors: [{ field: 'customerId' }] });
  expect(again.text).not.toContain(customerId);
  expect((await findPlanted(cloud.regions, [query])).found).toEqual([]);
});

it('erases nobody whose id was never heard of', async () => {
  const { cloud } = store();

  expect(await askToErase(cloud, cloud.outputs, `nobody-${randomUUID().slice(0, 8)}`)).toMatchObject({
    kind: 'nothing-sealed',
  });
});

it('finds what is planted', async () => {
  const { cloud, system } = store();
  const text = `Found-${randomUUID()}`;
  const Item = { pk: `planted/${text}`, sk: 'PLANTED', inside: { bytes: Buffer.from(`x${text}`) }, expiresAt: 1 };
  await system.documents.send(new PutCommand({ TableName: system.tableName('loyalty'), Item }));

  const { found } = await findPlanted(cloud.regions, [text]);

  expect(found.map(({ where }) => where)).toContainEqual(expect.stringContaining('loyalty'));
});
