import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';

/** What a checker asks for. */
export interface Probe {
  /** Where to connect: `127.0.0.1:4711`. */
  readonly address: string;
  /** Name by which the endpoint is asked. */
  readonly host: string;
  readonly path: string;
  readonly searchString?: string;
  /** Until the connection is there. */
  readonly connectMilliseconds: number;
  /** Until the answer begins after that, and until the text is found after that. */
  readonly answerMilliseconds: number;
}

const SEARCHED_BYTES = 5_120;

/**
 * Asks an endpoint once, as a checker of Route 53 does: a connection within its limit, then an answer of 2xx or 3xx within
 * its own, then the text that is looked for, if any.
 */
export const probeEndpoint = async (probe: Probe): Promise<boolean> => {
  const { address, host, path, searchString } = probe;
  const [hostname, port] = address.split(':');
  // Each request of a checker is a connection of its own.
  const agent = new Agent({ keepAlive: false });
  const asked = request({ agent, hostname, port, path, headers: { host, 'user-agent': 'Route 53 health checker' } });
  try {
    const answer = await answerOf(asked, probe);
    if (answer === undefined || (answer.statusCode ?? 0) < 200 || (answer.statusCode ?? 0) >= 400) return false;
    return searchString === undefined || (await isFound(answer, searchString, probe.answerMilliseconds));
  } finally {
    asked.destroy();
    agent.destroy();
  }
};

const answerOf = (asked: ClientRequest, limits: Probe): Promise<IncomingMessage | undefined> =>
  new Promise((resolve) => {
    let limit = setTimeout(() => resolve(undefined), limits.connectMilliseconds);
    const end = (answer?: IncomingMessage): void => {
      clearTimeout(limit);
      resolve(answer);
    };
    asked.once('socket', (socket) =>
      socket.once('connect', () => {
        clearTimeout(limit);
        limit = setTimeout(() => end(), limits.answerMilliseconds);
      }),
    );
    asked.once('response', end);
    // Stays: one that is destroyed while it is under way reports that as well.
    asked.on('error', () => end());
    asked.end();
  });

const isFound = (answer: IncomingMessage, searchString: string, limitMilliseconds: number): Promise<boolean> =>
  new Promise((resolve) => {
    let body = Buffer.alloc(0);
    const end = (): void => {
      clearTimeout(limit);
      resolve(body.subarray(0, SEARCHED_BYTES).includes(searchString));
    };
    const limit = setTimeout(end, limitMilliseconds);
    answer.on('data', (chunk: Buffer) => {
      body = Buffer.concat([body, chunk]);
      if (body.length >= SEARCHED_BYTES) end();
    });
    answer.once('end', end);
    answer.once('error', end);
  });
