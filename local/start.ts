import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ensureCloud, type LocalCloud } from './cloud';
import { emulatorLog } from './emulator/emulator-process';
import { gaps } from './emulator/left-out';
import { explainError, LocalCloudError } from './local.errors';
import { messageOf } from './message-of';
import { placeOrderCurl } from './orders/curl';
import { storeApi } from './orders/store-api';
import { exampleOrder, threeOrders } from './orders/three-orders';
import { openRegionServices } from './regions/open-region-services';
import type { RegionServicesStatus } from './regions/region-services-status';
import { taskListOn } from './terminal/task-list';

const USAGE = `usage: npm start [-- --once] [--dns] [--port <number>]

Brings up the embedded cloud (or uses the emulator at AWS_ENDPOINT_URL), deploys the store, places three orders and stays up
until Ctrl-C.

  --once         end after the three orders; the exit code is 0 only if all went as they should
  --dns          also plays what AWS has before the regions: a name server and health checkers by Route 53's rules, a front for each
                 region, and the assets' origin group
  --port <n>     port of the emulator (default: a free one from 4600 on)
`;

/** @throws LocalCloudError the command line is not understood */
const readCommandLine = (words: readonly string[]) => {
  const options = {
    once: { type: 'boolean' },
    dns: { type: 'boolean' },
    port: { type: 'string' },
    help: { type: 'boolean' },
  } as const;
  try {
    const { once = false, dns = false, port, help = false } = parseArgs({ args: [...words], options }).values;
    if (port === undefined) return { once, dns, help };
    if (!/^\d{2,5}$/.test(port) || Number(port) > 65_535) throw new TypeError(`--port ${port} is no port number`);
    return { once, dns, help, port: Number(port) };
  } catch (error) {
    throw new LocalCloudError(messageOf(error), `see the usage below\n\n${USAGE}`);
  }
};

const printSummary = async (cloud: LocalCloud): Promise<void> => {
  const { endpoint, region, regions, apiUrl, kind } = cloud;
  const width = Math.max(...regions.map((one) => one.region.length));
  const apis = regions.map((one) => `  API ${one.region.padEnd(width)}  ${one.apiUrl}/v1/orders`);
  console.log(`
The store is up${regions.length > 1 ? `, in ${regions.length} regions` : ''}.
${apis.join('\n')}
  AWS endpoint   ${endpoint} (credentials test/test are the account's root)
  log            ${emulatorLog}

Place an order:

${placeOrderCurl(apiUrl, await cloud.token(), exampleOrder)}

Look into the store as an operator:   npm run ops -- cases list
Use the AWS command line:             AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test aws --endpoint-url ${endpoint} --region ${region} dynamodb list-tables

What this emulator cannot do, and AWS does:
${gaps[kind].map(({ what }) => `  - ${what}`).join('\n')}
`);
};

const printServices = ({ dns, zones, regions, assets }: RegionServicesStatus): void => {
  const fronts = regions.map(({ region, address, frontUrl }) => `  ${address}  ${region}, behind ${frontUrl}`);
  console.log(`Name server      ${dns.address}:${dns.port}, for ${zones.join(', ')}; clients say where they are by EDNS client subnet:

  dig @${dns.address} -p ${dns.port} api.${zones[0] ?? ''} +subnet=192.0.2.0/24

${fronts.join('\n')}${assets ? `\n  ${assets.address}  the assets, behind ${assets.url}` : ''}

Make a front answer badly: curl -X PUT ${regions[0]?.frontUrl ?? ''}/_tenfold/mode -d '{"mode": "error"}'   # or refused, blackhole, slow; light ends it
`);
};

/** Resolves at Ctrl-C, or when the process is asked to end. */
const untilToldToEnd = (): Promise<void> =>
  new Promise((resolve) => {
    // A timer, because listening to signals alone does not keep a process alive.
    const alive = setInterval(() => undefined, 60_000);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => {
        clearInterval(alive);
        resolve();
      });
    }
  });

const main = async (): Promise<number> => {
  const { once, dns, help, ...wanted } = readCommandLine(process.argv.slice(2));
  if (help) {
    console.log(USAGE);
    return 0;
  }
  const startedAt = Date.now();
  const tasks = taskListOn(process.stdout);
  const toldToEnd = untilToldToEnd();
  let isUp = false;
  // The emulator is a process group of its own and does not hear Ctrl-C: it is ended on the way out.
  void toldToEnd.then(() => {
    if (!isUp) process.exit(130);
  });
  const cloud = await ensureCloud({ ...wanted, tasks });
  let failed = false;
  for (const [index, { title, run }] of threeOrders.entries()) {
    // The first in the first region, the second in the second, and so on: one that is confirmed in each of two.
    const place = cloud.regions[index] ?? cloud.regions.at(-1) ?? cloud;
    const demonstration = {
      api: storeApi(place.apiUrl, () => place.token()),
      now: Date.now,
      sleep: (milliseconds: number) => sleep(milliseconds),
      newKey: randomUUID,
    };
    try {
      await tasks.inOrder([{ title: `${title} (${place.region})`, work: (note) => run(demonstration, note) }]);
    } catch (error) {
      failed = true;
      console.error(explainError(error));
    }
  }
  console.log(`up after ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
  await printSummary(cloud);
  const services = dns && !once ? await openRegionServices(cloud, { note: console.log }) : undefined;
  if (services) printServices(services.status());
  if (!once) {
    console.log(
      cloud.ours ? 'Ctrl-C ends the emulator and everything in it.' : 'The emulator was running already and stays up.',
    );
    isUp = true;
    if (cloud.ours) await Promise.race([toldToEnd, cloud.ended]);
  }
  await services?.close();
  await cloud.stop();
  return failed ? 1 : 0;
};

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(`\n${explainError(error)}`);
    process.exit(1);
  },
);
