import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { accessPolicy } from '../../../lambdas/gateway/access-policy';
import { authorizeRequestEnv, type TokenIssuer } from '../../../lambdas/gateway/authorize-request.contract';
import { authorizeRequest } from '../../../lambdas/gateway/authorize-request.use-case';
import { JwksAccessTokens } from '../../../lambdas/gateway/jwks-access-tokens.adapter';

const stage = 'arn:aws:execute-api:sa-east-1:000000000000:api123/live';
const methodArn = `${stage}/GET/v1/orders/7c1b4bb5-7f0c-5d0f-9b7e-2f7f6f0f6b11`;
const routes = {
  'POST /v1/orders': 'tenfold/orders.write',
  'POST /v1/orders/{orderId}/cancel': 'tenfold/orders.write',
  'GET /v1/orders/{orderId}': 'tenfold/orders.read',
};
const issuer = 'https://cognito-idp.sa-east-1.amazonaws.com/sa-east-1_Pool';
const silentLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

describe('the policy of a caller', () => {
  const caller = (...scopes: string[]) => ({ clientId: 'store-front', scopes });

  it('allows the routes of its scopes, and no other, in the whole stage', () => {
    const policy = accessPolicy(caller('tenfold/orders.write'), routes, methodArn);

    expect(policy.policyDocument.Statement).toEqual([
      {
        Action: 'execute-api:Invoke',
        Effect: 'Allow',
        Resource: [`${stage}/POST/v1/orders`, `${stage}/POST/v1/orders/*/cancel`],
      },
    ]);
  });

  it('is the same whichever route was asked for, because it is kept for the next request', () => {
    const [one, two] = [methodArn, `${stage}/POST/v1/orders`].map((arn) =>
      accessPolicy(caller('tenfold/orders.read'), routes, arn),
    );

    expect(one).toEqual(two);
  });

  it('denies everything to a token without a scope of ours', () => {
    expect(accessPolicy(caller('email'), routes, methodArn).policyDocument.Statement).toEqual([
      { Action: 'execute-api:Invoke', Effect: 'Deny', Resource: [`${stage}/*`] },
    ]);
  });

  it('tells the functions behind it who calls', () => {
    expect(accessPolicy(caller('a', 'b'), routes, methodArn)).toMatchObject({
      principalId: 'store-front',
      context: { clientId: 'store-front', scope: 'a b' },
    });
  });
});

describe('the environment of the authorizer', () => {
  const issuers = [{ issuer, jwksUri: 'http://localhost:4566/pool/jwks.json', clients: { '4kd0': 'store-front' } }];
  const env = { ISSUERS: JSON.stringify(issuers), ROUTE_SCOPES: JSON.stringify(routes) };

  it('reads the issuers and the scopes of the routes', () => {
    expect(authorizeRequestEnv.parse(env)).toEqual({ ISSUERS: issuers, ROUTE_SCOPES: routes });
  });

  it.each([
    '',
    'not JSON',
    '{}',
    '[]',
    '[{"issuer":"https://issuer"}]',
    '[{"issuer":"issuer","jwksUri":"https://keys","clients":{}}]',
    '[{"issuer":"https://issuer","jwksUri":"https://keys","clients":{"4kd0":""}}]',
  ])('refuses %j as issuers', (text) => {
    expect(authorizeRequestEnv.safeParse({ ...env, ISSUERS: text }).success).toBe(false);
  });

  it.each(['', 'not JSON', '[]', '{}', '{"POST /v1/orders":1}', '{"/v1/orders":"scope"}'])(
    'refuses %j as scopes',
    (text) => {
      expect(authorizeRequestEnv.safeParse({ ...env, ROUTE_SCOPES: text }).success).toBe(false);
    },
  );
});

describe('authorizing a request', () => {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: issuer,
    token_use: 'access',
    client_id: '4kd0',
    scope: 'tenfold/orders.read',
    exp: now + 600,
    iat: now,
  };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const elsewhere = 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Pool';
  const signed = (payload: object, key: KeyObject = keys.privateKey, header: object = { alg: 'RS256', kid: 'one' }) => {
    const text = `${part(header)}.${part(payload)}`;
    return `${text}.${createSign('RSA-SHA256').update(text).sign(key).toString('base64url')}`;
  };
  let server: Server;
  let keysOf: (pool: string) => string;
  let status = 200;
  let fetched: string[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      fetched.push(request.url ?? '');
      const jwk = {
        ...(request.url?.startsWith('/foreign/') ? foreign : keys).publicKey.export({ format: 'jwk' }),
        kid: 'one',
        alg: 'RS256',
        use: 'sig',
      };
      response.writeHead(status).end(JSON.stringify({ keys: [jwk] }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    keysOf = (pool) => `http://127.0.0.1:${port}/${pool}/jwks.json`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => {
    status = 200;
    fetched = [];
  });

  const issuers = (): readonly TokenIssuer[] => [
    { issuer, jwksUri: keysOf('own'), clients: { '4kd0': 'store-front' } },
    { issuer: elsewhere, jwksUri: keysOf('foreign'), clients: { '7be1': 'store-front' } },
  ];
  const authorizer = () => authorizeRequest({ tokens: new JwksAccessTokens(issuers()), routes, log: silentLog });
  const ask = (token: string, authorize = authorizer()) =>
    authorize({ type: 'TOKEN', methodArn, authorizationToken: `Bearer ${token}` });

  it('lets the bearer of a valid token call what its scope permits', async () => {
    const policy = await ask(signed(claims));

    expect(policy).toMatchObject({
      principalId: 'store-front',
      policyDocument: { Statement: [{ Effect: 'Allow', Resource: [`${stage}/GET/v1/orders/*`] }] },
    });
  });

  it('finds the token in the headers of a whole request, too', async () => {
    const headers = { authorization: `bearer ${signed(claims)}` };

    const policy = await authorizer()({ type: 'REQUEST', methodArn, headers });

    expect(policy.principalId).toBe('store-front');
  });

  it('reads the keys once for many requests', async () => {
    const authorize = authorizer();

    for (let request = 0; request < 5; request += 1) await ask(signed(claims), authorize);

    expect(fetched).toEqual(['/own/jwks.json']);
  });

  it('knows a client by one name, whichever region has given it the token', async () => {
    const fromElsewhere = signed({ ...claims, iss: elsewhere, client_id: '7be1' }, foreign.privateKey);

    const policies = [await ask(signed(claims)), await ask(fromElsewhere)];

    expect(policies.map(({ principalId, context }) => [principalId, context.clientId])).toEqual([
      ['store-front', 'store-front'],
      ['store-front', 'store-front'],
    ]);
  });

  it('needs the keys of another region for the tokens of that region only', async () => {
    await ask(signed(claims));

    expect(fetched).toEqual(['/own/jwks.json']);
  });

  it('knows a client without a name by its id, and by no property that every object has', async () => {
    for (const id of ['newcomer', 'constructor']) {
      expect((await ask(signed({ ...claims, client_id: id }))).principalId).toBe(id);
    }
  });

  it.each([
    ['has the name of another client for an id', () => signed({ ...claims, client_id: 'store-front' })],
    ['is signed by the issuer of another region', () => signed(claims, foreign.privateKey)],
    ['says it comes from another region than it does', () => signed({ ...claims, iss: elsewhere, client_id: '7be1' })],
    ['names no issuer', () => signed({ ...claims, iss: undefined })],
    ['has expired', () => signed({ ...claims, exp: now - 1 })],
    ['never expires', () => signed({ ...claims, exp: undefined })],
    ['is for signing in', () => signed({ ...claims, token_use: 'id' })],
    ['names no client', () => signed({ ...claims, client_id: undefined })],
    ['is of another issuer', () => signed({ ...claims, iss: 'https://example.com' })],
    ['names an unknown key', () => signed(claims, keys.privateKey, { alg: 'RS256', kid: 'two' })],
    ['is not signed', () => `${part({ alg: 'none', kid: 'one' })}.${part(claims)}.`],
    ['says its signature needs no key', () => `${part({ alg: 'none', kid: 'one' })}.${part(claims)}.AAAA`],
    ['is signed with the public key as a secret', () => signed(claims, keys.privateKey, { alg: 'HS256', kid: 'one' })],
    [
      'was changed after it was signed',
      () => signed(claims).replace(/\.[^.]+\./, `.${part({ ...claims, scope: 'admin' })}.`),
    ],
    ['is no token at all', () => 'let-me-in'],
  ])('answers 401 when the token %s', async (_what, token) => {
    await expect(ask(token())).rejects.toThrow(/^Unauthorized$/);
  });

  it('answers 401 when there is no token', async () => {
    await expect(authorizer()({ type: 'REQUEST', methodArn, headers: null })).rejects.toThrow(/^Unauthorized$/);
    await expect(authorizer()({ type: 'TOKEN', methodArn, authorizationToken: 'Basic abc' })).rejects.toThrow(
      /^Unauthorized$/,
    );
  });

  it('does not blame the token when the keys cannot be had', async () => {
    status = 503;

    await expect(ask(signed(claims))).rejects.toThrow(/answers 503, expected 200/);
  });
});
