import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ensureCloud, type LocalCloud } from '../../../local/cloud';
import { seedCatalogue } from '../../../local/deployment/deploy-to-emulator';
import { parseCatalogue } from '../../../local/operator/catalogue';
import { loadCatalogue } from '../../../local/operator/load-catalogue';
import { placeOrderCurl } from '../../../local/orders/curl';
import { storeApi } from '../../../local/orders/store-api';
import { exampleOrder, threeOrders } from '../../../local/orders/three-orders';

jest.setTimeout(120_000);

let cloud: LocalCloud;

beforeAll(async () => {
  cloud = await ensureCloud();
});

test.each(threeOrders)('what npm start shows: $title', async ({ run }) => {
  const api = storeApi(cloud.apiUrl, () => cloud.token());
  const notes: string[] = [];

  await run({ api, now: Date.now, sleep: (milliseconds) => sleep(milliseconds), newKey: randomUUID }, (line) =>
    notes.push(line),
  );

  expect(notes.length).toBeGreaterThan(3);
});

test('the command that npm start prints places an order', async () => {
  const command = placeOrderCurl(cloud.apiUrl, await cloud.token(), exampleOrder);

  const { stdout } = await promisify(execFile)('bash', ['-c', command]);

  expect(stdout).toMatch(/^HTTP\/1\.1 201/);
  expect(stdout).toContain('"status":"PENDING"');
});

test('loading the catalogue again changes nothing, and a new price changes that price alone', async () => {
  const articles = parseCatalogue(await readFile(seedCatalogue, 'utf8'), seedCatalogue);
  const [first] = articles;
  const dearer = { ...first!, unitPriceMinor: first!.unitPriceMinor + 1, stock: 7 };

  expect(await loadCatalogue(cloud, cloud.outputs, articles)).toMatchObject({ priced: 0, stocked: 0 });
  expect(await loadCatalogue(cloud, cloud.outputs, [dearer])).toMatchObject({ priced: 1, stocked: 0 });
  expect(await loadCatalogue(cloud, cloud.outputs, articles)).toMatchObject({ priced: 1, stocked: 0 });
});
