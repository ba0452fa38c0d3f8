import { once } from 'node:events';
import { createServer, type IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { MODE_PATH, type ServerMode, serverMode } from './server-mode';

const HOLD_LIMIT_MILLISECONDS = 120_000;

/** An HTTP server of this machine which can be made to answer badly. */
export interface ModedServer {
  /** `http://127.0.0.1:4711`. */
  readonly url: string;
  /** Takes no more requests, ends those under way, and waits until that is done. */
  close(): Promise<void>;
}

/** Answers a request. */
export type Serve = (request: IncomingMessage, response: ServerResponse) => void;

/** The path of a request, without its query. */
export const pathOf = ({ url = '/' }: IncomingMessage): string => url.split('?')[0] ?? '/';

/** Starts a server on a free port; `serve` gets the requests that its mode lets through. */
export const startModedServer = async (serve: Serve): Promise<ModedServer> => {
  let mode: ServerMode = { mode: 'light', delayMilliseconds: 0 };
  let change = Promise.withResolvers<undefined>();

  const control = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const wanted = serverMode.safeParse(parsed(await text(request)));
    if (wanted.success) {
      mode = wanted.data;
      change.resolve(undefined);
      change = Promise.withResolvers<undefined>();
    }
    response.writeHead(wanted.success ? 200 : 400).end(wanted.error?.message);
  };

  /** Holds, refuses or delays a request as the mode says; true when it may go on and be answered. */
  const admit = async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const path = pathOf(request);
    const end = new AbortController();
    response.once('close', () => end.abort());
    const limit = AbortSignal.any([end.signal, AbortSignal.timeout(HOLD_LIMIT_MILLISECONDS)]);
    for (;;) {
      const { mode: now, onlyPath } = mode;
      if (now === 'light' || (onlyPath !== undefined && onlyPath !== path)) return true;
      if (now === 'slow') {
        await sleep(mode.delayMilliseconds, undefined, { signal: end.signal }).catch(() => undefined);
        return !end.signal.aborted;
      }
      if (now === 'error') {
        response.writeHead(503, { 'content-type': 'application/json' }).end('{"message":"out of service"}');
        return false;
      }
      if (now === 'unanswered') {
        // A response without a connection takes all that is written, and nobody reads it.
        serve(request, new ServerResponse(request));
        await once(limit, 'abort');
      }
      if (now === 'refused' || limit.aborted) {
        response.destroy();
        return false;
      }
      await Promise.race([change.promise, once(limit, 'abort')]);
    }
  };

  const server = createServer((request, response) => {
    if (pathOf(request) === MODE_PATH && request.method === 'PUT') {
      // A client that leaves in the middle of its wish has none.
      control(request, response).catch(() => response.destroy());
      return;
    }
    void admit(request, response).then((isAdmitted) => {
      if (isAdmitted && !response.closed) serve(request, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};

const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
};
