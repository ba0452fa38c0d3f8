import type { Charge } from '../../../lambdas/sandbox/charge';
import { paymentProviderService } from '../../../lambdas/sandbox/payment-provider.service';
import { ledgerAnswer } from '../../../lambdas/sandbox/sandbox.contract';
import { apiKey, SandboxServer } from './sandbox-server';

const key = '11111111-1111-5111-8111-111111111111';
const charge = { reference: 'order-1', amountMinor: 4200, currency: 'BRL', paymentMethod: 'pm_card' };

describe('a service of the sandbox', () => {
  let server: SandboxServer<Charge>;
  beforeEach(async () => {
    server = await new SandboxServer<Charge>(paymentProviderService).start();
  });
  afterEach(() => server.stop());

  const request = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const authorization = `Bearer ${apiKey}`;
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, type: response.headers.get('content-type'), body: await response.json() };
  };
  const post = (body: unknown, headers: Record<string, string> = { 'idempotency-key': key }) =>
    request('POST', '/charges', body, headers);

  it.each([
    ['no key', ''],
    ['another key', 'Bearer another-key'],
    ['another scheme', `Basic ${apiKey}`],
  ])('refuses %s before it looks at the request', async (_, authorization) => {
    const { status, type, body } = await request('POST', '/charges', '{', { authorization });

    expect([status, type]).toEqual([401, 'application/problem+json']);
    expect(body).toMatchObject({ type: 'urn:tenfold:problem:unauthorized', status: 401 });
  });

  it.each([
    ['an amount of 0', { ...charge, amountMinor: 0 }, 'amountMinor'],
    ['an amount with a fraction', { ...charge, amountMinor: 1.5 }, 'amountMinor'],
    ['an unknown field', { ...charge, tip: 1 }, 'tip'],
    ['no reference', { ...charge, reference: undefined }, 'reference'],
    ['a body that is not JSON', '{', 'body'],
  ])('answers 400 to %s and names the field', async (_, body, field) => {
    const answer = await post(body);

    expect(answer).toMatchObject({ status: 400, type: 'application/problem+json', body: { errors: [{ field }] } });
    expect(server.books.entries).toEqual([]);
  });

  it('wants an idempotency key for every effect', async () => {
    const answer = await post(charge, {});

    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'idempotency-key' }] } });
  });

  it('answers the same request alike, byte for byte, whatever the order of its fields', async () => {
    const first = await post(charge);
    const again = await post(Object.fromEntries(Object.entries(charge).reverse()));

    expect(first.status).toBe(201);
    expect(again).toEqual(first);
    expect(server.books.entries).toHaveLength(1);
  });

  it('refuses a key that was used for another request, of another operation too', async () => {
    await post(charge);

    const undo = await request('POST', `/charges/${key}/void`, { reference: 'order-1' }, { 'idempotency-key': key });

    expect(undo).toMatchObject({ status: 422, body: { errors: [{ field: 'idempotency-key' }] } });
    expect(server.books.entries).toHaveLength(1);
  });

  it.each([
    ['GET', '/charges'],
    ['POST', '/charges/a/b/c'],
    ['POST', ''],
  ])('answers 404 to %s %s', async (method, path) => {
    expect(await request(method, path, method === 'POST' ? {} : undefined)).toMatchObject({ status: 404 });
  });

  it('hits exactly as many requests as a fault says, of those it names', async () => {
    await request('PUT', '/faults', { operation: 'charge', reference: 'order-1', mode: 'error', times: 2 });
    const keyed = (number: number, reference: string) =>
      post({ ...charge, reference }, { 'idempotency-key': `${number}1111111-1111-5111-8111-111111111111` });

    const hit = await Promise.all([keyed(1, 'order-1'), keyed(2, 'order-1'), keyed(3, 'order-1')]);

    expect(hit.filter(({ status }) => status === 503)).toHaveLength(2);
    expect(await keyed(4, 'order-2')).toMatchObject({ status: 201 });
    expect(await request('GET', '/faults')).toMatchObject({ body: { faults: [{ mode: 'error', times: 0 }] } });
  });

  it('switches one fault off and leaves the others when it is put with no times', async () => {
    await request('PUT', '/faults', { operation: 'charge', mode: 'error', times: 5 });
    await request('PUT', '/faults', { operation: 'charge', reference: 'order-1', mode: 'error', times: 1 });

    await request('PUT', '/faults', { operation: 'charge', mode: 'error', times: 0 });

    expect(await post({ ...charge, reference: 'order-2' })).toMatchObject({ status: 201 });
    expect(await post({ ...charge, reference: 'order-1' }, { 'idempotency-key': `${key}-1` })).toMatchObject({
      status: 503,
    });
  });

  it('is down for everything until the faults are removed', async () => {
    await request('PUT', '/faults', { operation: 'charge', mode: 'down' });
    const undo = () =>
      request('POST', `/charges/${key}/void`, { reference: 'o' }, { 'idempotency-key': `${key}-void` });

    expect([(await post(charge)).status, (await undo()).status]).toEqual([503, 503]);
    await request('DELETE', '/faults');
    expect([(await post(charge)).status, (await undo()).status]).toEqual([201, 200]);
  });

  it('declines on demand, and stays with it when the fault is gone', async () => {
    await request('PUT', '/faults', { operation: 'charge', mode: 'decline', times: 1 });

    const answers = [await post(charge), await post(charge)];

    expect(answers.map(({ status }) => status)).toEqual([402, 402]);
    expect(server.books.entries).toEqual([]);
  });

  it('does it and answers 504 on timeout-after', async () => {
    await request('PUT', '/faults', { operation: 'charge', mode: 'timeout-after', times: 1, delayMilliseconds: 1 });

    expect(await post(charge)).toMatchObject({ status: 504 });
    expect(server.books.entries).toHaveLength(1);
    expect(await post(charge)).toMatchObject({ status: 201 });
  });

  it.each([
    { operation: 'teleport', mode: 'error' },
    { operation: 'charge', mode: 'explode' },
    { operation: 'charge', mode: 'slow', delayMilliseconds: 10_001 },
  ])('refuses a fault it does not know: %j', async (fault) => {
    expect(await request('PUT', '/faults', fault)).toMatchObject({ status: 400 });
  });

  it('shows its ledger page by page, all of it or of one order', async () => {
    for (const number of [1, 2, 3]) {
      await post({ ...charge, reference: `order-${number}` }, { 'idempotency-key': `${number}${key.slice(1)}` });
    }

    const page = async (query: string) => ledgerAnswer.parse((await request('GET', `/ledger?${query}`)).body);
    const first = await page('limit=2');
    const second = await page(`limit=2&from=${first.next}`);

    expect([...first.entries, ...second.entries].map(({ reference }) => reference)).toEqual([
      'order-1',
      'order-2',
      'order-3',
    ]);
    expect(second.next).toBeUndefined();
    expect(await request('GET', '/ledger?reference=order-2')).toMatchObject({
      body: { entries: [{ kind: 'charge', key: `2${key.slice(1)}`, reference: 'order-2', amountMinor: 4200 }] },
    });
    expect(await request('GET', '/ledger?limit=0')).toMatchObject({ status: 400 });
  });
});
