import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { HttpHandler, SandboxServiceDeps } from '../../../lambdas/sandbox/sandbox.service';
import { HttpProviderClient } from '../../../lambdas/shared/http-provider-client';
import { InMemoryBooks, InMemoryFaults } from './in-memory-sandbox';

export const apiKey = 'a-key-that-is-long-enough';

/** What API Gateway hands a proxy function, of which the services read only a part. */
export const apiEvent = (changes: Partial<APIGatewayProxyEvent>): APIGatewayProxyEvent =>
  ({
    httpMethod: 'POST',
    resource: '/sandbox/{proxy+}',
    isBase64Encoded: false,
    headers: {},
    requestContext: { requestId: 'request-1' },
    ...changes,
  }) as Partial<APIGatewayProxyEvent> as APIGatewayProxyEvent;

const eventOf = async (request: IncomingMessage): Promise<APIGatewayProxyEvent> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://sandbox');
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  return apiEvent({
    httpMethod: request.method ?? 'GET',
    path: pathname,
    pathParameters: { proxy: pathname.split('/').slice(2).join('/') },
    queryStringParameters: Object.fromEntries(searchParams),
    headers,
    body: Buffer.concat(chunks).toString('utf8'),
  });
};

/** A service of the sandbox behind a real HTTP server, with everything else in memory. */
export class SandboxServer<Holding> {
  readonly books = new InMemoryBooks<Holding>();
  readonly faults = new InMemoryFaults();
  /** Requests it has answered, also those whose client had given up. */
  answered = 0;
  private readonly server: Server;

  constructor(service: (deps: SandboxServiceDeps<Holding>) => HttpHandler) {
    const handler = service({
      books: this.books,
      ledger: this.books,
      faults: this.faults,
      clock: { now: () => new Date('2026-11-23T08:00:00Z') },
      pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      apiKey: async () => apiKey,
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    });
    this.server = createServer((request, response) => {
      void eventOf(request)
        .then(handler)
        .then(({ statusCode, headers, body }) => {
          this.answered += 1;
          response.writeHead(statusCode, headers as Record<string, string>).end(body);
        });
    });
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  /** Resolves once it has answered so many requests. */
  async hasAnswered(requests: number): Promise<void> {
    while (this.answered < requests) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  get url(): string {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the server does not listen');
    return `http://127.0.0.1:${address.port}/service`;
  }

  client(options: { readonly timeoutMilliseconds?: number; readonly apiKey?: string } = {}): HttpProviderClient {
    const connection = { url: this.url, apiKey: options.apiKey ?? apiKey };
    return new HttpProviderClient({
      connection: async () => connection,
      timeoutMilliseconds: options.timeoutMilliseconds ?? 10_000,
    });
  }
}
