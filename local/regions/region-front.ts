import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { type ModedServer, startModedServer } from './moded-server';

/** Headers of one connection, which a proxy does not pass on. */
const ofConnection = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'host',
]);

/**
 * Starts what clients of a region connect to, as they would to its custom domain: a proxy before the region's deployed API,
 * on a port of its own. When the region is dark in the emulator, so is its front; and the way to it alone can be made bad.
 * @param apiUrl base of the deployed API, without a slash at its end
 */
export const startRegionFront = async (apiUrl: string): Promise<ModedServer> => {
  const api = new URL(apiUrl);
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const front = await startModedServer((request, response) => pass(request, response, api, agent));
  return {
    url: front.url,
    close: async () => {
      await front.close();
      agent.destroy();
    },
  };
};

const pass = (request: IncomingMessage, response: ServerResponse, api: URL, agent: Agent): void => {
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !ofConnection.has(name)));
  const upstream = httpRequest({
    agent,
    host: api.hostname,
    port: api.port,
    method: request.method,
    path: `${api.pathname}${request.url ?? '/'}`,
    headers: { ...headers, host: api.host, 'x-forwarded-host': request.headers.host },
  });
  // Whoever closes the connection, the other side is to see it closed as well: a region that hangs up, a client that leaves.
  upstream.once('error', () => response.destroy());
  response.once('close', () => upstream.destroy());
  upstream.once('response', (answer) => {
    const passed = Object.entries(answer.headers).filter(([name]) => !ofConnection.has(name));
    response.writeHead(answer.statusCode ?? 502, Object.fromEntries(passed));
    pipeline(answer, response, () => undefined);
  });
  pipeline(request, upstream, () => undefined);
};
