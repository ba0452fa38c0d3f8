import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { RegionServices } from './region-services';
import { servicesPaths } from './running-services';

const wish = z.object({ factor: z.number().min(1).max(100) });

/** Lets other processes of this machine ask for the status of the services, and make their clocks run faster. */
export const startServicesControl = async (
  services: RegionServices,
): Promise<{ readonly url: string; close(): Promise<void> }> => {
  const server = createServer((request, response) => {
    const answer = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (request.method === 'GET' && request.url === servicesPaths.status) {
      answer(200, services.status());
      return;
    }
    if (request.method !== 'PUT' || request.url !== servicesPaths.factor) {
      answer(404, { message: `only ${Object.values(servicesPaths).join(' and ')} are known` });
      return;
    }
    text(request)
      .then((body) => {
        const wanted = wish.safeParse(parsed(body));
        if (wanted.success) services.setFactor(wanted.data.factor);
        answer(wanted.success ? 200 : 400, wanted.success ? services.status() : { message: wanted.error.message });
      })
      // A client that leaves in the middle of its wish has none.
      .catch(() => response.destroy());
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
