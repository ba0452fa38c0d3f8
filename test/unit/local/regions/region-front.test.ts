import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { probeEndpoint } from '../../../../local/regions/health/probe-endpoint';
import type { ModedServer } from '../../../../local/regions/moded-server';
import { startRegionFront } from '../../../../local/regions/region-front';
import { putServerMode } from '../../../../local/regions/server-mode';

let api: Server;
let front: ModedServer;
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeAll(async () => {
  api = createServer((asked, response) => answer(asked, response));
  api.listen(0, '127.0.0.1');
  await once(api, 'listening');
  front = await startRegionFront(`http://127.0.0.1:${(api.address() as AddressInfo).port}/restapis/x/live`);
});

afterAll(async () => {
  await front.close();
  api.closeAllConnections();
  api.close();
});

beforeEach(() => {
  answer = (asked, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of asked as AsyncIterable<Buffer>) chunks.push(chunk);
      const { url, method, headers } = asked;
      response.writeHead(201, { 'x-method': method, location: '/v1/orders/1' });
      response.end(JSON.stringify({ url, body: Buffer.concat(chunks).toString(), key: headers['idempotency-key'] }));
    })();
  };
});

afterEach(() => putServerMode(front.url, { mode: 'light' }));

test('passes method, path, query, headers and body on, and the whole answer back', async () => {
  const response = await fetch(`${front.url}/v1/orders?a=1`, {
    method: 'POST',
    body: 'an order',
    headers: { 'idempotency-key': 'key-1' },
  });

  expect(response.status).toBe(201);
  expect(response.headers.get('location')).toBe('/v1/orders/1');
  expect(await response.json()).toEqual({ url: '/restapis/x/live/v1/orders?a=1', body: 'an order', key: 'key-1' });
});

test('closes the connection when the region does', async () => {
  answer = (asked) => asked.socket.destroy();

  await expect(fetch(front.url)).rejects.toThrow('fetch failed');
});

test('tells the region when the client has gone', async () => {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  answer = (_asked, response) => response.once('close', () => resolve(undefined));
  const call = fetch(front.url, { signal: AbortSignal.timeout(100) });

  await expect(call).rejects.toThrow();
  await promise;
});

describe('the way to a region', () => {
  test('can be refused', async () => {
    await putServerMode(front.url, { mode: 'refused' });
    const call = request(`${front.url}/v1/orders`);
    call.end();
    const [error] = (await once(call, 'error')) as [Error & { code?: string }];

    expect(error.code).toBe('ECONNRESET');
  });

  test('can be a black hole, which gives back what it has when it is gone', async () => {
    await putServerMode(front.url, { mode: 'blackhole' });
    const outcome = fetch(`${front.url}/v1/orders`);
    const first = await Promise.race([outcome, new Promise((resolve) => setTimeout(resolve, 100, 'nothing yet'))]);
    await putServerMode(front.url, { mode: 'light' });

    expect(first).toBe('nothing yet');
    expect((await outcome).status).toBe(201);
  });

  test('can lose the answer to a request that the region has served', async () => {
    const served = Promise.withResolvers<string>();
    answer = (asked, response) => {
      response.writeHead(201).end('taken');
      response.once('close', () => served.resolve(asked.method ?? ''));
    };
    await putServerMode(front.url, { mode: 'unanswered' });
    const leave = new AbortController();
    const call = fetch(`${front.url}/v1/orders`, { method: 'POST', body: 'an order', signal: leave.signal });
    const first = await Promise.race([call, served.promise]);
    await putServerMode(front.url, { mode: 'light' });
    leave.abort();

    expect(first).toBe('POST');
    await expect(call).rejects.toThrow('aborted');
    expect((await fetch(`${front.url}/v1/orders`)).status).toBe(201);
  });

  test('can fail, for one path only', async () => {
    await putServerMode(front.url, { mode: 'error', onlyPath: '/health' });

    expect((await fetch(`${front.url}/health`)).status).toBe(503);
    expect((await fetch(`${front.url}/v1/orders`)).status).toBe(201);
  });

  test('can be slow', async () => {
    await putServerMode(front.url, { mode: 'slow', delayMilliseconds: 150 });
    const startedAt = performance.now();
    await fetch(front.url);

    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(149);
  });

  test('takes no mode that does not exist', async () => {
    await expect(putServerMode(front.url, { mode: 'purple' as 'light' })).rejects.toThrow('does not take');
  });
});

describe('a probe of a health checker', () => {
  const probe = (path = '/health', more: { readonly searchString?: string; readonly address?: string } = {}) =>
    probeEndpoint({
      address: new URL(front.url).host,
      host: 'sa-east-1.api.shop.test',
      path,
      connectMilliseconds: 1_000,
      answerMilliseconds: 150,
      ...more,
    });

  test.each([
    [200, true],
    [302, true],
    [404, false],
    [503, false],
  ])('of an endpoint that answers %d: %s', async (status, succeeded) => {
    answer = (_asked, response) => response.writeHead(status).end();

    expect(await probe()).toBe(succeeded);
  });

  test('fails when the answer is late, or nobody listens', async () => {
    await putServerMode(front.url, { mode: 'slow', delayMilliseconds: 400 });

    expect(await probe()).toBe(false);
    expect(await probe('/health', { address: '127.0.0.1:1' })).toBe(false);
  });

  test('looks for a text at the beginning of the answer', async () => {
    answer = (_asked, response) => response.end(`in-service${'.'.repeat(6_000)}out of reach`);

    expect(await probe('/health', { searchString: 'in-service' })).toBe(true);
    expect(await probe('/health', { searchString: 'out of reach' })).toBe(false);
  });
});
