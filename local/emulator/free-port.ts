import { createServer } from 'node:net';
import { LocalCloudError } from '../local.errors';

/** Where the emulator goes when nobody asks for another port and it is free: addresses stay the same from start to start. */
export const USUAL_PORT = 4600;

const TRIES = 50;

/** Whether a server can listen there, on the loopback interface. */
export const isPortFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });

/**
 * A port for the emulator: the one that is asked for, or the first free one from `USUAL_PORT` on.
 * @throws LocalCloudError the port that was asked for is taken, or there is none
 */
export const choosePort = async (asked?: number, isFree = isPortFree): Promise<number> => {
  if (asked !== undefined) {
    if (await isFree(asked)) return asked;
    throw new LocalCloudError(
      `port ${asked} is taken`,
      'give another one with --port, or none to have a free one chosen',
    );
  }
  for (let port = USUAL_PORT; port < USUAL_PORT + TRIES; port += 1) if (await isFree(port)) return port;
  throw new LocalCloudError(
    `no port from ${USUAL_PORT} to ${USUAL_PORT + TRIES - 1} is free`,
    'stop what listens there (npm run stop), or give a free one with --port',
  );
};
