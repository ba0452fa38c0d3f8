import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalCloudError } from '../../../../local/local.errors';
import type { RegionServices } from '../../../../local/regions/region-services';
import {
  findRunningServices,
  type RegionServicesStatus,
  removeServicesState,
  writeServicesState,
} from '../../../../local/regions/running-services';
import { startServicesControl } from '../../../../local/regions/services-control';

const ENDPOINT = 'http://127.0.0.1:4566';

let factor = 1;
const statusNow = (): RegionServicesStatus => ({
  factor,
  regions: [],
  dns: { address: '127.0.0.1', port: 53 },
  zones: ['shop.test'],
  checks: [{ id: 'one', kind: 'endpoint', host: 'sa.shop.test', healthy: true, votes: { healthy: 3, of: 16 } }],
});
const services: RegionServices = {
  status: statusNow,
  setFactor: (wanted) => {
    factor = wanted;
  },
  close: async () => undefined,
};

let control: Awaited<ReturnType<typeof startServicesControl>>;
let directory: string;
let file: string;

beforeEach(async () => {
  factor = 1;
  control = await startServicesControl(services);
  directory = await mkdtemp(join(tmpdir(), 'tenfold-services-'));
  file = join(directory, 'below', 'regions.json');
});

afterEach(async () => {
  await control.close();
  await rm(directory, { recursive: true });
});

test('another process finds the services, reads what they think, and makes them faster', async () => {
  await writeServicesState(ENDPOINT, control.url, file);
  const found = await findRunningServices(ENDPOINT, file);

  expect(await found?.status()).toEqual(statusNow());

  await found?.setFactor(10);

  expect(await found?.status()).toMatchObject({ factor: 10 });
});

test.each([[0], [101], [Number.NaN]])('a factor of %d is refused, and nothing changes', async (wanted) => {
  await writeServicesState(ENDPOINT, control.url, file);
  const found = await findRunningServices(ENDPOINT, file);

  await expect(found?.setFactor(wanted)).rejects.toThrow(LocalCloudError);
  expect(factor).toBe(1);
});

test('services of another emulator, of a process that is gone, or of a file that is cut off are not found', async () => {
  expect(await findRunningServices(ENDPOINT, file)).toBeUndefined();

  await writeServicesState(ENDPOINT, control.url, file);
  expect(await findRunningServices('http://127.0.0.1:1', file)).toBeUndefined();

  await writeServicesState(ENDPOINT, 'http://127.0.0.1:1', file);
  expect(await findRunningServices(ENDPOINT, file)).toBeUndefined();

  await writeFile(file, '{"pid":');
  expect(await findRunningServices(ENDPOINT, file)).toBeUndefined();
});

test('a process forgets its own services and no others', async () => {
  await writeServicesState(ENDPOINT, control.url, file);
  const own = await readFile(file, 'utf8');
  await writeFile(file, own.replace(String(process.pid), '1'));
  await removeServicesState(file);
  expect(await findRunningServices(ENDPOINT, file)).toBeDefined();

  await writeFile(file, own);
  await removeServicesState(file);
  expect(await findRunningServices(ENDPOINT, file)).toBeUndefined();
});

test('nothing else is answered', async () => {
  expect((await fetch(`${control.url}/elsewhere`)).status).toBe(404);
  expect((await fetch(`${control.url}/factor`, { method: 'PUT', body: 'no json' })).status).toBe(400);
});
