import { createServer } from 'node:net';
import { choosePort, isPortFree, USUAL_PORT } from '../../../local/emulator/free-port';
import { LocalCloudError } from '../../../local/local.errors';

test('the usual port is taken when it is free, and the next free one when it is not', async () => {
  expect(await choosePort(undefined, async () => true)).toBe(USUAL_PORT);
  expect(await choosePort(undefined, async (port) => port > USUAL_PORT + 2)).toBe(USUAL_PORT + 3);
});

test('a port that is asked for and taken is refused with a way out', async () => {
  const refusal = choosePort(4566, async () => false);

  await expect(refusal).rejects.toThrow('port 4566 is taken');
  await expect(refusal).rejects.toMatchObject({ fix: expect.stringContaining('--port') });
});

test('with no port free, nothing is started', async () => {
  await expect(choosePort(undefined, async () => false)).rejects.toThrow(LocalCloudError);
});

test('a port with a listener is not free', async () => {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });

  expect(await isPortFree(port)).toBe(false);

  await new Promise((resolve) => server.close(resolve));
  expect(await isPortFree(port)).toBe(true);
});
