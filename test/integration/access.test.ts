import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import {
  CognitoIdentityProviderClient,
  CreateResourceServerCommand,
  CreateUserPoolCommand,
  DeleteUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { clientConfig } from '../../local/deployment/aws-clients';
import { deployedStore, orderOf } from './deployed-store';
import { eventually } from './eventually';
import { type MachineClient, makeMachineClient } from './machine-client';
import { type HttpAnswer, placedIn, problemIn, StoreClient, sendTo } from './store-client';

const store = deployedStore();
const clients: MachineClient[] = [];
afterAll(() => Promise.all(clients.map((client) => client.remove())));

const newClient = async (
  ...more: Parameters<typeof makeMachineClient> extends [unknown, ...infer Rest] ? Rest : never
) => {
  const client = await makeMachineClient(store().cloud, ...more);
  clients.push(client);
  return client;
};

const readWith = (authorization?: string): Promise<HttpAnswer> =>
  sendTo(store().cloud.apiUrl, {
    method: 'GET',
    path: `/v1/orders/${randomUUID()}`,
    ...(authorization !== undefined && { headers: { authorization } }),
  });

const json = (part: string): Readonly<Record<string, unknown>> =>
  JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Readonly<Record<string, unknown>>;
const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');

/** The parts of a good token, and what becomes of it. */
const goodToken = async () => {
  const token = await store().cloud.token();
  const [head = '', claims = '', signature = ''] = token.split('.');
  return { token, head, claims, signature };
};

const expectProblem = (answer: HttpAnswer, status: number): void => {
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(problemIn(answer)).toMatchObject({ status });
};

describe('without a valid token', () => {
  it('answers 401 when there is none, or none that is a bearer token', async () => {
    const { token } = await goodToken();

    for (const authorization of [undefined, '', 'Bearer', 'Bearer x', token, `Basic ${token}`, 'Bearer a.b.c'])
      expectProblem(await readWith(authorization), 401);
  });

  it('answers 401 to a token whose claims were changed', async () => {
    const { head, claims, signature } = await goodToken();
    const changed = encoded({ ...json(claims), client_id: 'somebody-else' });

    expectProblem(await readWith(`Bearer ${head}.${changed}.${signature}`), 401);
  });

  it('answers 401 to a token that is signed with a key of its own, or not at all', async () => {
    const { head, claims } = await goodToken();
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const ownSignature = sign('RSA-SHA256', Buffer.from(`${head}.${claims}`), privateKey).toString('base64url');
    const unsigned = encoded({ ...json(head), alg: 'none' });

    expectProblem(await readWith(`Bearer ${head}.${claims}.${ownSignature}`), 401);
    expectProblem(await readWith(`Bearer ${unsigned}.${claims}.`), 401);
    expectProblem(await readWith(`Bearer ${unsigned}.${claims}.AAAA`), 401);
  });

  it('answers 401 to a token that has expired', async () => {
    const shortLived = { AccessTokenValidity: 1, TokenValidityUnits: { AccessToken: 'seconds' as const } };
    const client = await newClient(undefined, shortLived);
    const token = await client.token();
    const expiresAt = Number(json(token.split('.')[1] ?? '')['exp']) * 1000;
    await eventually(
      async () => Date.now(),
      (now) => now > expiresAt,
    );

    expectProblem(await readWith(`Bearer ${token}`), 401);
  });

  it('answers 401 to a good token of another user pool', async () => {
    const cognito = new CognitoIdentityProviderClient(clientConfig(store().cloud));
    const { UserPool } = await cognito.send(new CreateUserPoolCommand({ PoolName: 'another' }));
    const UserPoolId = UserPool?.Id;
    if (UserPoolId === undefined) throw new Error('no user pool was made');
    try {
      const Scopes = [{ ScopeName: 'orders.read', ScopeDescription: 'as in the store' }];
      await cognito.send(new CreateResourceServerCommand({ UserPoolId, Identifier: 'tenfold', Name: 'x', Scopes }));
      const client = await makeMachineClient(store().cloud, ['tenfold/orders.read'], { UserPoolId });

      expectProblem(await readWith(`Bearer ${await client.token()}`), 401);
    } finally {
      await cognito.send(new DeleteUserPoolCommand({ UserPoolId }));
    }
  });
});

describe('a client', () => {
  it('may only do what the scopes of its token say', async () => {
    const { apiUrl } = store().cloud;
    const reader = new StoreClient(apiUrl, (await newClient(['tenfold/orders.read'])).token);
    const writer = new StoreClient(apiUrl, (await newClient(['tenfold/orders.write'])).token);
    const order = orderOf(await store().newArticle());

    expectProblem(await reader.place(order), 403);
    expectProblem(await reader.cancel(randomUUID()), 403);
    const { orderId } = await writer.placed(order);
    expectProblem(await writer.read(orderId), 403);
  });

  it('neither sees nor cancels the orders of another one', async () => {
    const { api } = store();
    const other = new StoreClient(store().cloud.apiUrl, (await newClient()).token);
    const { orderId } = await api.placed(orderOf(await store().newArticle()));

    expectProblem(await other.read(orderId), 404);
    expectProblem(await other.cancel(orderId), 404);
    await api.orderWith(orderId, 'CONFIRMED');
  });

  it('may use an Idempotency-Key that another one has used', async () => {
    const { api } = store();
    const other = new StoreClient(store().cloud.apiUrl, (await newClient()).token);
    const order = orderOf(await store().newArticle());
    const key = randomUUID();

    const ours = await api.placed(order, key);
    const theirs = await other.place(order, key);

    expect(theirs.status).toBe(201);
    expect(placedIn(theirs).orderId).not.toBe(ours.orderId);
  });
});
