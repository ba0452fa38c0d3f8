import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the service answers. */
export interface FakeAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers?: { readonly [name: string]: string };
}

/** An HTTP service on this machine that answers what a test tells it to, in place of AWS. */
export class FakeService {
  /** Bodies of the requests, in order. */
  readonly requests: string[] = [];
  private constructor(
    private readonly server: Server,
    readonly endpoint: string,
  ) {}

  /** @param answer what each request is answered, by its body and its line, such as `GET /path`; `undefined`: never */
  static async start(answer: (body: string, line: string) => FakeAnswer | undefined): Promise<FakeService> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        service.requests.push(body);
        const given = answer(body, `${request.method ?? ''} ${request.url ?? ''}`);
        if (given) response.writeHead(given.status, { 'content-type': 'text/plain', ...given.headers }).end(given.body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const service = new FakeService(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return service;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
