import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { DistributedOrigin, PlayedDistribution } from './distribution';
import { scopeHeaders } from './emulator-scope';
import { type ModedServer, pathOf, startModedServer } from './moded-server';

/** What an origin had to say. */
interface OriginAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Readable;
}

/** An origin has taken the request and does not begin to answer. */
export class OriginTimeoutError extends Error {
  override readonly name = 'OriginTimeoutError';
}

/**
 * Asks one origin once.
 * @throws OriginTimeoutError it does not begin to answer in time
 * @throws Error it cannot be reached
 */
export type AskOrigin = (origin: DistributedOrigin, request: IncomingMessage) => Promise<OriginAnswer>;

/** Methods for which CloudFront asks the second origin. */
const repeatable = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Which origin has answered; CloudFront has no such header. */
const ORIGIN_HEADER = 'x-tenfold-origin';

/**
 * Starts what clients of the assets connect to, as they would to CloudFront: it follows the distribution's origin group for
 * every request, as an edge does for what it has not cached.
 */
export const startAssetFront = (distribution: PlayedDistribution, ask: AskOrigin): Promise<ModedServer> =>
  startModedServer((request, response) => {
    void serve(distribution, ask, request, response);
  });

const serve = async (
  { origins, failoverStatuses, allowedMethods }: PlayedDistribution,
  ask: AskOrigin,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const { method = 'GET' } = request;
  if (!allowedMethods.has(method)) {
    response.writeHead(403, { 'x-cache': 'Error from cloudfront' }).end();
    return;
  }
  let last: OriginAnswer = { status: 502, headers: {} };
  for (const [index, origin] of origins.entries()) {
    last = await askPatiently(origin, ask, request);
    const isLast = index === origins.length - 1 || !repeatable.has(method);
    if (isLast || !(last.status === 0 || failoverStatuses.has(last.status))) break;
    last.body?.destroy();
  }
  // A client is told of an origin that did not answer as CloudFront tells it.
  response.writeHead(last.status === 0 ? 504 : last.status, { ...last.headers, 'x-cache': 'Miss from cloudfront' });
  if (last.body === undefined || method === 'HEAD') {
    response.end();
    last.body?.destroy();
  }
  // What has begun cannot be taken from another origin any more: the client sees it end early.
  else await pipeline(last.body, response).catch(() => response.destroy());
};

const NO_ANSWER: OriginAnswer = { status: 0, headers: {} };

const askPatiently = async (
  origin: DistributedOrigin,
  ask: AskOrigin,
  request: IncomingMessage,
): Promise<OriginAnswer> => {
  for (let attempt = 1; attempt <= origin.connectionAttempts; attempt += 1) {
    try {
      return await ask(origin, request);
    } catch (error) {
      // Only connecting is tried again.
      if (error instanceof OriginTimeoutError) return NO_ANSWER;
    }
  }
  return NO_ANSWER;
};

/** What a client is told of an object, and nothing else of what a bucket says. */
const passedHeaders = [
  'content-type',
  'content-length',
  'content-range',
  'cache-control',
  'etag',
  'last-modified',
] as const;

/** Asks buckets of an emulator, as the account's root where CloudFront would sign by its access control. */
export const askBuckets = (endpoint: string): AskOrigin => {
  const { hostname, port } = new URL(endpoint);
  return (origin, request) =>
    new Promise((resolve, reject) => {
      const { bucket, region, connectionTimeoutSeconds, responseTimeoutSeconds } = origin;
      const { range, 'if-none-match': etag } = request.headers;
      const asked = httpRequest({
        // Each request connects: it is the connection that is tried again.
        agent: new Agent({ keepAlive: false }),
        hostname,
        port,
        method: request.method === 'HEAD' ? 'HEAD' : 'GET',
        path: `/${bucket}${pathOf(request)}`,
        headers: {
          ...scopeHeaders(region, 's3'),
          ...(range !== undefined && { range }),
          ...(etag !== undefined && { 'if-none-match': etag }),
        },
      });
      const giveUpAfter = (seconds: number, error: Error): NodeJS.Timeout =>
        setTimeout(() => asked.destroy(error), seconds * 1000);
      let limit = giveUpAfter(connectionTimeoutSeconds, new Error(`${bucket} cannot be reached`));
      asked.once('socket', (socket) =>
        socket.once('connect', () => {
          clearTimeout(limit);
          limit = giveUpAfter(responseTimeoutSeconds, new OriginTimeoutError(`${bucket} does not answer`));
        }),
      );
      asked.once('response', (answer) => {
        // Only until the answer begins: a long object may take its time.
        clearTimeout(limit);
        resolve(answerOf(answer, region));
      });
      asked.on('error', (error) => {
        clearTimeout(limit);
        reject(error);
      });
      asked.end();
    });
};

const answerOf = (answer: IncomingMessage, region: string): OriginAnswer => {
  const told = passedHeaders.flatMap((name) => {
    const value = answer.headers[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    status: answer.statusCode ?? 502,
    headers: { ...Object.fromEntries(told), [ORIGIN_HEADER]: region },
    body: answer,
  };
};
