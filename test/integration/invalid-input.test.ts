import { randomUUID } from 'node:crypto';
import { paginateScan } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { deterministicId } from '../../lambdas/shared/deterministic-id';
import { deployedStore } from './deployed-store';
import { type MachineClient, makeMachineClient } from './machine-client';
import { type HttpAnswer, problemIn, StoreClient } from './store-client';
import { acceptable, withValue, wrongBodies } from './wrong-bodies';

const store = deployedStore();

// A client of its own: whatever it had stored would be found by its id.
let client: MachineClient;
let api: StoreClient;
const keys: string[] = [];

beforeAll(async () => {
  client = await makeMachineClient(store().cloud);
  const token = await client.token();
  api = new StoreClient(store().cloud.apiUrl, async () => token);
});
afterAll(() => client.remove());

const newKey = (): string => {
  const key = randomUUID();
  keys.push(key);
  return key;
};

const post = (body: string | undefined, headers: Readonly<Record<string, string>> = {}): Promise<HttpAnswer> =>
  api.send({
    method: 'POST',
    path: '/v1/orders',
    headers: { 'content-type': 'application/json', 'idempotency-key': newKey(), ...headers },
    ...(body !== undefined && { body }),
  });

const AT_ONCE = 4;

/** Sends all, a few at a time: more would only start more workers on the same cores. */
const postAll = async (bodies: readonly string[]): Promise<readonly HttpAnswer[]> => {
  const answers: HttpAnswer[] = [];
  for (let from = 0; from < bodies.length; from += AT_ONCE)
    answers.push(...(await Promise.all(bodies.slice(from, from + AT_ONCE).map((body) => post(body)))));
  return answers;
};

/** What is wrong with an answer that should refuse a request and name the field; `undefined` when nothing is. */
const faultOf = (answer: HttpAnswer, field: string): string | undefined => {
  if (answer.status < 400 || answer.status >= 500) return `status ${answer.status}: ${answer.text}`;
  const type = answer.headers.get('content-type') ?? 'none';
  if (!type.startsWith('application/problem+json')) return `content type ${type}`;
  const { status, errors = [] } = problemIn(answer);
  if (status !== answer.status) return `the body says ${status}, the answer ${answer.status}`;
  const named = errors.map((error) => error.field);
  return named.some((name) => name === field || name.startsWith(`${field}.`) || name.startsWith(`${field}[`))
    ? undefined
    : `names ${named.join(', ') || 'no field'}: ${answer.text}`;
};

it('refuses each wrong body and names the field', async () => {
  const answers = await postAll(wrongBodies.map(({ body }) => JSON.stringify(body)));

  const faults = wrongBodies.flatMap(({ why, field }, index) => {
    const answer = answers[index];
    const fault = answer ? faultOf(answer, field) : 'no answer';
    return fault === undefined ? [] : [`${field} ${why}: ${fault}`];
  });
  expect(faults).toEqual([]);
  expect(wrongBodies.length).toBeGreaterThan(120);
});

it('does not repeat what may be private', async () => {
  const bodies = [
    withValue(['paymentMethod'], 'pm secret'),
    withValue(['shipTo', 'country'], 'a secret'),
    withValue(['shipTo', 'recipient'], ['a secret']),
  ];

  const answers = await postAll(bodies.map((body) => JSON.stringify(body)));

  expect(answers.map(({ status }) => status)).toEqual([400, 400, 400]);
  expect(answers.map(({ text }) => text).join()).not.toContain('secret');
});

it.each([
  ['is missing', undefined],
  ['is empty', ''],
  ['is no JSON', '{"customerId": '],
  ['is two documents', '{}{}'],
  ['is not text', Buffer.from([0xff, 0xfe, 0x00]).toString('latin1')],
  ['is nested too deeply', `${'['.repeat(30_000)}${']'.repeat(30_000)}`],
])('names the body when it %s', async (_why, body) => {
  const answer = await post(body);

  expect(faultOf(answer, 'body')).toBeUndefined();
  expect(answer.status).toBe(400);
});

it('names the body when it is larger than 64 KiB', async () => {
  const answer = await post(JSON.stringify({ ...acceptable, metadata: { note: 'x'.repeat(64 * 1024) } }));

  expect(faultOf(answer, 'body')).toBeUndefined();
  expect(answer.status).toBe(413);
});

it('names the content type when there is none', async () => {
  const headers = { 'idempotency-key': newKey() };
  const body = new TextEncoder().encode(JSON.stringify(acceptable));
  const answer = await api.send({ method: 'POST', path: '/v1/orders', headers, body });

  expect(faultOf(answer, 'content-type')).toBeUndefined();
  expect(answer.status).toBe(415);
});

it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonx'])(
  'takes no %s',
  async (contentType) => {
    const answer = await post(JSON.stringify(acceptable), { 'content-type': contentType });

    expect(faultOf(answer, 'content-type')).toBeUndefined();
    expect(answer.status).toBe(415);
  },
);

it.each([
  ['is short', 'short'],
  ['is long', 'k'.repeat(129)],
  ['is empty', ''],
  ['has a space', '0123456789 0123456789'],
  ['has a slash', '0123456789/0123456789'],
  ['is not ASCII', '0123456789é0123456789'],
])('names the Idempotency-Key when it %s', async (_why, key) => {
  const answer = await post(JSON.stringify(acceptable), { 'idempotency-key': key });

  expect(faultOf(answer, 'idempotency-key')).toBeUndefined();
  expect(answer.status).toBe(400);
});

it('names the Idempotency-Key when there is none', async () => {
  const headers = { 'content-type': 'application/json' };
  const answer = await api.send({ method: 'POST', path: '/v1/orders', headers, body: JSON.stringify(acceptable) });

  expect(faultOf(answer, 'idempotency-key')).toBeUndefined();
});

it.each([
  ['lines[1].sku', 'is not sold', withValue(['lines', 1, 'sku'], 'NOT-SOLD')],
  ['lines[0].sku', 'is sold for another currency', withValue(['currency'], 'USD')],
])('names %s when it %s', async (field, _why, body) => {
  const answer = await post(JSON.stringify(body));

  expect(faultOf(answer, field)).toBeUndefined();
  expect(answer.status).toBe(422);
});

it('names the line that repeats another one', async () => {
  const [line] = acceptable.lines;
  const answer = await post(JSON.stringify({ ...acceptable, lines: [line, line] }));

  expect(faultOf(answer, 'lines')).toBeUndefined();
});

it.each(['not-an-id', '42', `${randomUUID()}x`, '%F0%9F%8D%B5', '%20', "1'%20OR%20'1'='1"])(
  'names the order id when it is %s',
  async (orderId) => {
    const answers = [await api.read(orderId), await api.cancel(orderId)];

    expect(answers.map((answer) => faultOf(answer, 'orderId'))).toEqual([undefined, undefined]);
  },
);

it.each([
  ['GET', '/v1/orders'],
  ['PUT', '/v1/orders'],
  ['DELETE', `/v1/orders/${randomUUID()}`],
  ['GET', `/v1/orders/${randomUUID()}/cancel`],
  ['GET', '/v2/orders'],
  ['POST', '/'],
])('answers 404 to %s %s, which is no operation', async (method, path) => {
  const answer = await api.send({ method, path });

  expect(answer.status).toBe(404);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
});

it('never fails, whatever the body', async () => {
  const paths = [['customerId'], ['lines', 0, 'quantity'], ['lines', 1], ['shipTo', 'city'], ['metadata'], ['extra']];
  // Nobody sells it: what is otherwise an order is refused for it, so that none is placed.
  const unsellable = withValue(['lines', 0, 'sku'], 'NOT-SOLD');
  const mutated = fc
    .tuple(fc.constantFrom(...paths), fc.jsonValue({ maxDepth: 3 }))
    .map(([path, value]) => JSON.stringify(withValue(path, value, unsellable)));
  const json = fc.json({ maxDepth: 4 });
  const truncated = fc.nat({ max: 300 }).map((length) => JSON.stringify(unsellable).slice(0, length));
  const text = fc.string({ unit: 'binary', maxLength: 200 });
  const bodies = fc.array(fc.oneof({ arbitrary: mutated, weight: 3 }, json, truncated, text), {
    minLength: 20,
    maxLength: 20,
  });

  await fc.assert(
    fc.asyncProperty(bodies, async (some) => {
      const answers = await postAll(some);
      const other = answers.filter(({ status }) => status < 400 || status >= 500);
      expect(other.map(({ status, text: body }) => `${status} ${body}`)).toEqual([]);
    }),
    { numRuns: 15, endOnFailure: true },
  );
});

it('stores nothing of a request that it refuses', async () => {
  const refused = new Set(keys.map((key) => `order/${deterministicId(client.clientId, key)}`));
  const TableName = store().system.tableName('ordering');
  const found: unknown[] = [];
  const pages = paginateScan({ client: store().system.documents }, { TableName, ConsistentRead: true });
  for await (const { Items = [] } of pages) {
    found.push(
      ...Items.filter((item) => refused.has(String(item['pk'])) || item['state']?.clientId === client.clientId),
    );
  }

  expect(refused.size).toBeGreaterThan(400);
  expect(found).toEqual([]);
});
