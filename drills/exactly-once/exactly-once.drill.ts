import { setTimeout as sleep } from 'node:timers/promises';
import type { Drill, DrillRun, Findings, Protection, Restore } from '../harness/drill';
import { type Figure, informative } from '../harness/figure';
import { connectOutsideService, type OutsideService } from '../harness/outside-service';
import { type FifoMessage, sendInOrder, shortenVisibility, waitUntilDrained } from '../harness/queue';
import { redriveCases } from '../harness/redrive-cases';
import { scanTable } from '../harness/scan-table';
import { deployVariant } from '../harness/variant';
import { startWorkerKiller } from '../harness/worker-killer';
import { type ChargeDelivery, type ChargeLoad, chargeLoad, countReordered, sentOnce } from './charge-load';
import { type ChargeEvidence, chargeFigures, countCharges } from './count-charges';
import { countPoints, pointsFigures } from './count-points';
import { chargeMessage, orderConfirmedMessage } from './messages';
import { exactlyOnceMutations } from './mutations';
import { type PointsLoad, pointsLoad } from './points-load';
import { refuseFirstDeliveries, startProviderFaults } from './provider-faults';
import { chargeEvidenceFrom, pointsEvidenceFrom } from './read-evidence';

const CHARGE = 'payments/charge-payment';
const CREDIT = 'loyalty/credit-points';

/** Longer than a batch may take, and short enough to see every killed batch come back within the drill. */
const VISIBILITY_SECONDS = 30;

const LOOKS = 20;
const LOOK_MILLISECONDS = 3000;

const sizes = {
  full: { orders: 2000, kills: 50, points: 600, pointKills: 5, refusals: 40 },
  reduced: { orders: 300, kills: 5, points: 300, pointKills: 1, refusals: 12 },
} as const;

const fault = {
  killed: 'workers of charge-payment killed in the middle of a batch',
  killedCredit: 'workers of credit-points killed in the middle of a batch',
  duplicates: 'commands sent twice under new deduplication ids',
  late: 'copies sent after everything was handled',
  reordered: 'commands sent out of order',
  error: 'provider answered 5xx',
  refused: 'deliveries of a command sent once that failed whatever was tried',
  slow: 'provider too slow to be waited for',
  lostAnswer: 'provider charged and did not answer',
  pointDuplicates: 'confirmations sent to loyalty twice',
} as const;

const protections: readonly Protection[] = [
  {
    name: 'inbox',
    withoutIt: 'credit-points writes no inbox marker with its effect, and each delivery makes a credit of its own',
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

/** Whether this machine runs the workers; elsewhere nobody can kill them. */
const canKill = ({ system }: DrillRun): boolean => system.cloud.emulatorPid !== undefined;

/** Kills workers of both consumers in the middle of batches, until told to stop. */
const startKilling = async (
  run: DrillRun,
  onKill: (atSeconds: number) => void,
  seconds: () => number,
): Promise<{ readonly stop: () => Promise<void> }> => {
  const { system, random, size, faults } = run;
  if (!canKill(run)) return { stop: async () => undefined };
  const { kills, pointKills } = sizes[size];
  const charging = await startWorkerKiller({
    system,
    random: random.fork('kills'),
    entry: CHARGE,
    pauseMilliseconds: 600,
    atMost: kills + 5,
    onKill: () => {
      onKill(seconds());
      faults.happened(fault.killed);
    },
  });
  const crediting = await startWorkerKiller({
    system,
    random: random.fork('credit kills'),
    entry: CREDIT,
    pauseMilliseconds: 300,
    atMost: pointKills + 1,
    onKill: () => faults.happened(fault.killedCredit),
  });
  return {
    stop: async () => {
      await charging.stop();
      await crediting.stop();
    },
  };
};

/** Everything the drill sends, in the order in which it does. */
interface Load {
  readonly charges: ChargeLoad;
  readonly points: PointsLoad;
}

const declareFaults = (run: DrillRun, { charges, points }: Load): void => {
  const { faults, size } = run;
  const { kills, pointKills } = sizes[size];
  if (canKill(run)) {
    faults.expect(fault.killed, kills);
    faults.expect(fault.killedCredit, pointKills);
  }
  faults.expect(fault.duplicates, Math.round(charges.orders.length * 0.3));
  faults.expect(fault.late, charges.late.length);
  faults.expect(fault.reordered, Math.round(charges.orders.length / 10));
  faults.expect(fault.error, size === 'full' ? 25 : 5);
  faults.expect(fault.refused, sizes[size].refusals);
  faults.expect(fault.lostAnswer, size === 'full' ? 5 : 3);
  faults.expect(fault.slow, size === 'full' ? 5 : 1);
  faults.expect(fault.pointDuplicates, Math.round(points.orders.length * 0.3));
};

const waves = [
  { name: fault.error, mode: 'error', times: 25 },
  { name: fault.lostAnswer, mode: 'timeout-after', times: 5 },
  { name: fault.slow, mode: 'slow', times: 5 },
] as const;

/** What the load looked like while it was handled, in seconds from its start. */
interface Course {
  readonly depths: readonly (readonly [number, number])[];
  readonly kills: readonly number[];
}

/** Sends everything while workers die and the provider fails; then, when all is quiet, the late copies. */
const applyLoad = async (run: DrillRun, { charges, points }: Load, provider: OutsideService): Promise<Course> => {
  const { system, progress, faults, random, size } = run;
  const { sqs, cloud } = system;
  const [chargeQueue, creditQueue] = [await system.queueUrl(CHARGE), await system.queueUrl(CREDIT)];
  // Drained with the others, not loaded: it hears of every payment through outbox and topic.
  const queues = [chargeQueue, creditQueue, await system.queueUrl('ordering/track-order-steps')];
  const startedAt = Date.now();
  const seconds = (): number => (Date.now() - startedAt) / 1000;
  const depths: [number, number][] = [];
  const kills: number[] = [];
  const sender = { region: cloud.region, time: new Date(startedAt).toISOString() };
  const send = async (deliveries: readonly ChargeDelivery[], confirmations: readonly FifoMessage[]): Promise<void> => {
    const commands = deliveries.map((delivery) => chargeMessage(delivery, sender));
    await sendInOrder(sqs, creditQueue, confirmations, () => undefined);
    await sendInOrder(sqs, chargeQueue, commands, (count) =>
      progress.update(`${count} of ${commands.length} commands sent`),
    );
  };
  const drain = (): Promise<void> =>
    waitUntilDrained(sqs, queues, {
      timeoutSeconds: 600,
      now: Date.now,
      onDepth: ({ waiting, inFlight }) => {
        depths.push([seconds(), waiting + inFlight]);
        progress.update(`${waiting} waiting, ${inFlight} in flight, ${kills.length} workers killed`);
      },
    });
  const restores: Restore[] = [];
  try {
    for (const queue of [chargeQueue, creditQueue])
      restores.push(await shortenVisibility(sqs, queue, VISIBILITY_SECONDS));
    progress.phase('send charge commands and confirmations, kill workers, upset the provider');
    const due = random.fork('refusals').shuffle(sentOnce(charges).filter(({ expected }) => expected === 'charged'));
    const refused = due.slice(0, sizes[size].refusals).map(({ orderId }) => orderId);
    const refusedDeliveries = await refuseFirstDeliveries(provider, refused);
    const upset = startProviderFaults(provider, waves, (name, times) => faults.happened(name, times));
    restores.push(upset.stop);
    const killers = await startKilling(run, (at) => kills.push(at), seconds);
    restores.push(killers.stop);
    const sent = new Set<string>();
    const confirmations = points.deliveries.map((order) => {
      const copy = sent.has(order.orderId) ? 1 : 0;
      sent.add(order.orderId);
      return orderConfirmedMessage(order, copy, sender);
    });
    await send(charges.early, confirmations);
    faults.happened(fault.duplicates, charges.early.length - charges.orders.length);
    faults.happened(fault.pointDuplicates, points.deliveries.length - points.orders.length);
    faults.happened(fault.reordered, countReordered(charges));
    await drain();
    await killers.stop();
    await upset.stop();
    faults.happened(fault.refused, await refusedDeliveries());
    await provider.clearFaults();

    progress.phase('send the rest of the copies, long after their originals were handled');
    await send(
      charges.late,
      points.late.map((order) => orderConfirmedMessage(order, 2, sender)),
    );
    await drain();
    faults.happened(fault.late, charges.late.length);
    faults.happened(fault.duplicates, charges.late.length);
    faults.happened(fault.pointDuplicates, points.late.length);
  } finally {
    for (const restore of restores.reverse()) await restore();
  }
  return { depths, kills };
};

/** Reads the stores once everything is quiet, after an operator's redrive of what was parked on the way. */
const countEffects = async (
  { system }: DrillRun,
  { charges, points }: Load,
  provider: OutsideService,
  since: number,
): Promise<Figure[]> => {
  const [paymentsTable, loyaltyTable] = [system.tableName('payments'), system.tableName('loyalty')];
  const charged = new Set(charges.orders.map(({ orderId }) => orderId));
  const confirmed = new Set(points.orders.map(({ orderId }) => orderId));
  const idOf = (subject: string): string => subject.slice(subject.indexOf('/') + 1);
  const parked = await redriveCases(system, (subject) => charged.has(idOf(subject)) || confirmed.has(idOf(subject)));
  const read = async (): Promise<ChargeEvidence> => {
    const sources = {
      payments: await scanTable(system, paymentsTable),
      ordering: await scanTable(system, system.tableName('ordering')),
      ledger: (await provider.ledger()).filter(({ at }) => Date.parse(at) >= since),
    };
    return chargeEvidenceFrom(sources, charged);
  };
  let evidence = await read();
  // Events may still be on their way from the outbox when all queues are empty for a moment.
  for (let look = 0; look < LOOKS && new Set(evidence.heardOf).size < charged.size; look += 1) {
    await sleep(LOOK_MILLISECONDS);
    evidence = await read();
  }
  const customers = new Set(points.orders.map(({ customerId }) => customerId));
  return [
    informative('commands', charges.orders.length),
    informative('messages sent', charges.early.length + charges.late.length),
    ...countCharges(charges.orders, evidence),
    informative('confirmations sent to loyalty', points.deliveries.length + points.late.length),
    ...countPoints(points.orders, pointsEvidenceFrom(await scanTable(system, loyaltyTable), customers, confirmed)),
    informative('cases parked on the way', parked.open),
  ];
};

const run = async (drill: DrillRun): Promise<Findings> => {
  const { system, random, size, progress } = drill;
  const { orders, points } = sizes[size];
  const load: Load = {
    charges: chargeLoad(random.fork('charges'), { orders, duplicates: 0.3, declined: 0.04 }),
    points: pointsLoad(random.fork('points'), { orders: points, customers: 20, duplicates: 0.3 }),
  };
  declareFaults(drill, load);
  const provider = await connectOutsideService(system, 'payment-provider');
  await provider.clearFaults();
  // A second of grace between this machine's clock and the sandbox's.
  const since = Date.now() - 1000;
  const { depths, kills } = await applyLoad(drill, load, provider);
  progress.phase('re-drive what was parked, then count');
  const figures = await countEffects(drill, load, provider, since);
  const lastKill = kills.at(-1) ?? 0;
  const drainedAt = depths.find(([at, depth]) => at > lastKill && depth === 0)?.[0] ?? Number.NaN;
  return {
    figures: [...figures, informative('time from the last kill to empty queues', drainedAt - lastKill, 's')],
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
      ...(canKill(drill) ? [] : ['No worker was killed: they do not run in processes of this machine.']),
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
