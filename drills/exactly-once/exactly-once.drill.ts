import { setTimeout as sleep } from 'node:timers/promises';
import type { Drill, DrillRun, Findings, Protection, Restore } from '../harness/drill';
import { informative } from '../harness/figure';
import { connectOutsideService, type OutsideService } from '../harness/outside-service';
import { openCasesIn } from '../harness/parked-cases';
import { sendInOrder, shortenVisibility, waitUntilDrained } from '../harness/queue';
import { redriveCases } from '../harness/redrive-cases';
import { scanTable } from '../harness/scan-table';
import { deployVariant } from '../harness/variant';
import { startWorkerKiller } from '../harness/worker-killer';
import { type ChargeLoad, chargeLoad, countReordered } from './charge-load';
import { chargeFigures, countCharges } from './count-charges';
import { countPoints, pointsFigures } from './count-points';
import { chargeMessage, orderConfirmedMessage } from './messages';
import { exactlyOnceMutations } from './mutations';
import { type PointsLoad, pointsLoad } from './points-load';
import { chargeEvidenceFrom, pointsEvidenceFrom } from './read-evidence';

const CHARGE = 'payments/charge-payment';
const CREDIT = 'loyalty/credit-points';

/** Longer than a batch may take, and short enough to see every killed batch come back within the drill. */
const VISIBILITY_SECONDS = 30;

const sizes = {
  full: { orders: 2000, kills: 50, points: 400, pointKills: 5 },
  reduced: { orders: 300, kills: 5, points: 150, pointKills: 2 },
} as const;

const fault = {
  killed: 'workers of charge-payment killed in the middle of a batch',
  killedCredit: 'workers of credit-points killed in the middle of a batch',
  duplicates: 'commands sent twice under new deduplication ids',
  late: 'copies sent after everything was handled',
  reordered: 'commands sent out of order',
  error: 'provider answered 5xx',
  slow: 'provider too slow to be waited for',
  lostAnswer: 'provider charged and did not answer',
  pointDuplicates: 'confirmations sent to loyalty twice',
} as const;

const protections: readonly Protection[] = [
  {
    name: 'inbox',
    withoutIt: 'credit-points writes no inbox marker with its effect',
    caughtBy: [pointsFigures.extra, pointsFigures.sum],
    remove: (system) =>
      deployVariant(system, { name: 'inbox', functions: [CREDIT], mutations: exactlyOnceMutations.inbox }),
  },
  {
    name: 'idempotency-key',
    withoutIt: 'charge-payment asks the provider under a new key at every try',
    caughtBy: [chargeFigures.doubled, chargeFigures.sum],
    remove: (system) =>
      deployVariant(system, {
        name: 'idempotency-key',
        functions: [CHARGE],
        mutations: exactlyOnceMutations.idempotencyKey,
      }),
  },
  {
    name: 'partial-failure',
    withoutIt: 'charge-payment acknowledges the whole batch, whatever failed in it',
    caughtBy: [chargeFigures.lost, chargeFigures.sum],
    remove: (system) =>
      deployVariant(system, {
        name: 'partial-failure',
        functions: [CHARGE],
        mutations: exactlyOnceMutations.partialFailure,
      }),
  },
];

/** Waves of provider faults, until told to stop; answers how many requests each kind has hit. */
const startProviderFaults = (provider: OutsideService, run: DrillRun) => {
  const waves = [
    { name: fault.error, mode: 'error', times: 25 },
    { name: fault.lostAnswer, mode: 'timeout-after', times: 5 },
    { name: fault.slow, mode: 'slow', times: 5 },
  ] as const;
  let stopped = false;
  const loop = async (): Promise<void> => {
    for (let round = 0; !stopped; round += 1) {
      const { name, mode, times } = waves[round % waves.length] ?? waves[0];
      await provider.addFault({ operation: 'charge', mode, times });
      let left: number = times;
      for (let waited = 0; !stopped && left > 0 && waited < 6; waited += 1) {
        await sleep(500);
        left = await provider.faultTimesLeft({ operation: 'charge' });
      }
      run.faults.happened(name, times - left);
      await provider.clearFaults();
      await sleep(1500);
    }
  };
  const running = loop();
  return {
    stop: async (): Promise<void> => {
      stopped = true;
      await running;
    },
  };
};

/** Everything the drill sends, in the order in which it does. */
interface Load {
  readonly charges: ChargeLoad;
  readonly points: PointsLoad;
}

const declareFaults = ({ faults, size }: DrillRun, { charges, points }: Load): void => {
  const { kills, pointKills } = sizes[size];
  faults.expect(fault.killed, kills);
  faults.expect(fault.killedCredit, pointKills);
  faults.expect(fault.duplicates, Math.round(charges.orders.length * 0.3));
  faults.expect(fault.late, charges.late.length);
  faults.expect(fault.reordered, Math.round(charges.orders.length / 10));
  faults.expect(fault.error, size === 'full' ? 25 : 5);
  faults.expect(fault.lostAnswer, size === 'full' ? 5 : 3);
  faults.expect(fault.slow, size === 'full' ? 5 : 1);
  faults.expect(fault.pointDuplicates, Math.round(points.orders.length * 0.3));
};

const run = async (drill: DrillRun): Promise<Findings> => {
  const { system, random, size, progress, faults } = drill;
  const { sqs, cloud } = system;
  const wanted = sizes[size];
  const load: Load = {
    charges: chargeLoad(random.fork('charges'), { orders: wanted.orders, duplicates: 0.3, declined: 0.04 }),
    points: pointsLoad(random.fork('points'), { orders: wanted.points, customers: 20, duplicates: 0.3 }),
  };
  declareFaults(drill, load);
  const provider = await connectOutsideService(system, 'payment-provider');
  await provider.clearFaults();
  const [chargeQueue, creditQueue] = [await system.queueUrl(CHARGE), await system.queueUrl(CREDIT)];
  const queues = [chargeQueue, creditQueue];
  const restores: Restore[] = [];
  const startedAt = Date.now();
  const seconds = (): number => (Date.now() - startedAt) / 1000;
  const depths: [number, number][] = [];
  const kills: number[] = [];
  const sender = { region: cloud.region, time: new Date(startedAt).toISOString() };
  const send = async (late: boolean): Promise<void> => {
    const charges = (late ? load.charges.late : load.charges.early).map((delivery) => chargeMessage(delivery, sender));
    const points = late
      ? load.points.late.map((order) => orderConfirmedMessage(order, 2, sender))
      : load.points.deliveries.map((order, copy) => orderConfirmedMessage(order, copy, sender));
    await sendInOrder(sqs, creditQueue, points, () => undefined);
    await sendInOrder(sqs, chargeQueue, charges, (count) =>
      progress.update(`${count} of ${charges.length} commands sent`),
    );
  };
  try {
    for (const queue of queues) restores.push(await shortenVisibility(sqs, queue, VISIBILITY_SECONDS));
    progress.phase('send charge commands and confirmations, kill workers, upset the provider');
    const upset = startProviderFaults(provider, drill);
    restores.push(upset.stop);
    const charging = await startWorkerKiller({
      system,
      random: random.fork('kills'),
      entry: CHARGE,
      pauseMilliseconds: 600,
      atMost: wanted.kills + 5,
      onKill: () => {
        kills.push(seconds());
        faults.happened(fault.killed);
      },
    });
    restores.push(async () => void (await charging.stop()));
    const crediting = await startWorkerKiller({
      system,
      random: random.fork('credit kills'),
      entry: CREDIT,
      pauseMilliseconds: 1000,
      atMost: wanted.pointKills + 1,
      onKill: () => faults.happened(fault.killedCredit),
    });
    restores.push(async () => void (await crediting.stop()));
    await send(false);
    faults.happened(fault.duplicates, load.charges.early.filter(({ copy }) => copy > 0).length);
    faults.happened(fault.pointDuplicates, load.points.deliveries.length - load.points.orders.length);
    faults.happened(fault.reordered, countReordered(load.charges));
    const watch = {
      timeoutSeconds: 600,
      now: Date.now,
      onDepth: ({ waiting, inFlight }: { waiting: number; inFlight: number }) => {
        depths.push([seconds(), waiting + inFlight]);
        progress.update(`${waiting} waiting, ${inFlight} in flight, ${kills.length} workers killed`);
      },
    };
    await waitUntilDrained(sqs, queues, watch);
    await charging.stop();
    await crediting.stop();
    await upset.stop();
    await provider.clearFaults();

    progress.phase('send the rest of the copies, long after their originals were handled');
    await send(true);
    await waitUntilDrained(sqs, queues, watch);
    faults.happened(fault.late, load.charges.late.length);
    faults.happened(fault.duplicates, load.charges.late.length);
    faults.happened(fault.pointDuplicates, load.points.late.length);
  } finally {
    for (const restore of restores.reverse()) await restore();
  }

  progress.phase('re-drive what was parked, then count');
  const [paymentsTable, loyaltyTable] = [await system.tableName('payments'), await system.tableName('loyalty')];
  const orderIds = new Set(load.charges.orders.map(({ orderId }) => orderId));
  const pointOrderIds = new Set(load.points.orders.map(({ orderId }) => orderId));
  const own = ({ subject }: { readonly subject: string }): boolean =>
    orderIds.has(subject.slice(6)) || pointOrderIds.has(subject.slice(6));
  const parked = [
    ...openCasesIn(await scanTable(system, paymentsTable)),
    ...openCasesIn(await scanTable(system, loyaltyTable)),
  ].filter(own);
  await redriveCases(system, parked);
  const ledger = (await provider.ledger()).filter(({ at }) => Date.parse(at) >= startedAt - 1000);
  const charges = chargeEvidenceFrom(await scanTable(system, paymentsTable), ledger, orderIds);
  const customers = new Set(load.points.orders.map(({ customerId }) => customerId));
  const points = pointsEvidenceFrom(await scanTable(system, loyaltyTable), customers, pointOrderIds);
  const lastKill = kills.at(-1) ?? 0;
  const drainedAt = depths.find(([at, depth]) => at > lastKill && depth === 0)?.[0] ?? Number.NaN;
  return {
    figures: [
      informative('commands', load.charges.orders.length),
      informative('messages sent', load.charges.early.length + load.charges.late.length),
      ...countCharges(load.charges.orders, charges),
      informative('confirmations sent to loyalty', load.points.deliveries.length + load.points.late.length),
      ...countPoints(load.points.orders, points),
      informative('cases parked on the way and re-driven', parked.length),
      informative('time from the last kill to empty queues', drainedAt - lastKill, 's'),
    ],
    plots: [
      {
        kind: 'lines',
        title: 'Messages not handled yet',
        xLabel: 'seconds',
        yLabel: 'messages',
        series: [{ name: 'waiting or in flight', points: depths }],
        marks: { name: 'worker killed', at: kills },
      },
    ],
    notes: [
      `Queues hid a message for ${VISIBILITY_SECONDS} s during the drill (deployed: six times the function's timeout), so that killed batches come back sooner.`,
    ],
  };
};

/** System 3: one effect per message, whatever happens on its way. */
export const exactlyOnceDrill: Drill = {
  name: 'exactly-once',
  claim:
    'Every charge command has exactly one effect at the payment provider, and every confirmation is counted once, under duplicates, reordering, killed workers and a failing provider.',
  protections,
  run,
};
