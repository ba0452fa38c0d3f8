import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { HttpProviderClient } from '../../../lambdas/shared/http-provider-client';

type Reply = (response: ServerResponse) => void;

const json =
  (status: number, body: unknown, type = 'application/json'): Reply =>
  (response) =>
    response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));

describe('a service outside of AWS', () => {
  let server: Server;
  let replies: Reply[];
  let seen: { readonly request: IncomingMessage; readonly body: string }[];

  beforeEach(async () => {
    [replies, seen] = [[], []];
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        seen.push({ request, body });
        (replies.shift() ?? json(200, { done: true }))(response);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const post = (url?: string, timeoutMilliseconds = 10_000) => {
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const connection = { url: url ?? `http://127.0.0.1:${port}/live/`, apiKey: 'a-key-that-is-long-enough' };
    const client = new HttpProviderClient({ connection: async () => connection, timeoutMilliseconds });
    return client.post({ path: '/charges', idempotencyKey: 'key-1', body: { amountMinor: 1 } });
  };

  it('is told key and idempotency key, below the path of its address', async () => {
    expect(await post()).toEqual({ done: true });

    const { method, url, headers } = seen[0]!.request;
    expect([method, url]).toEqual(['POST', '/live/charges']);
    expect(headers).toMatchObject({
      authorization: 'Bearer a-key-that-is-long-enough',
      'idempotency-key': 'key-1',
      'content-type': 'application/json',
    });
    expect(seen[0]!.body).toBe('{"amountMinor":1}');
  });

  it('is asked a second time under the same key after a quick failure, and not a third time', async () => {
    replies = [json(503, {}), json(500, {}), json(200, {})];

    await expect(post()).rejects.toMatchObject({ name: 'ProviderUnavailableError' });

    expect(seen.map(({ request }) => request.headers['idempotency-key'])).toEqual(['key-1', 'key-1']);
  });

  it('is asked once when it does not answer in time: the caller waits no longer than that', async () => {
    replies = [() => undefined];

    await expect(post(undefined, 500)).rejects.toMatchObject({
      name: 'ProviderUnavailableError',
      message: expect.stringContaining('500 ms'),
    });
    expect(seen).toHaveLength(1);
  });

  it('is not waited for longer when only the end of its answer is missing', async () => {
    replies = [(response) => response.writeHead(200).write('{"half":')];

    await expect(post(undefined, 500)).rejects.toMatchObject({ name: 'ProviderUnavailableError' });
  });

  it('is unavailable when nobody listens', async () => {
    await expect(post('http://127.0.0.1:1')).rejects.toMatchObject({ name: 'ProviderUnavailableError' });
  });

  it('is refusing when it answers 4xx; status and type of its problem document are kept', async () => {
    replies = [json(402, { type: 'urn:declined', detail: 'no money' }, 'application/problem+json')];

    await expect(post()).rejects.toMatchObject({
      name: 'ProviderRefusedError',
      status: 402,
      problemType: 'urn:declined',
      detail: 'no money',
    });
    expect(seen).toHaveLength(1);
  });

  it('is refusing when its 4xx has no problem document', async () => {
    replies = [(response) => response.writeHead(404).end('<html>')];

    await expect(post()).rejects.toMatchObject({ name: 'ProviderRefusedError', status: 404 });
  });

  it.each([
    ['429', json(429, {})],
    ['408', json(408, {})],
    ['a redirect', (response: ServerResponse) => response.writeHead(302, { location: 'http://127.0.0.1:1' }).end()],
    ['a page instead of JSON', (response: ServerResponse) => response.writeHead(200).end('<html>')],
    ['more than 64 KiB', json(200, 'x'.repeat(70_000))],
  ])('is unavailable when it answers %s: nobody knows what it did', async (_, reply) => {
    replies = [reply, reply];

    await expect(post()).rejects.toMatchObject({ name: 'ProviderUnavailableError' });
  });
});
