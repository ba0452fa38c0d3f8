import { setTimeout as sleep } from 'node:timers/promises';
import type { DeployedSystem } from '../harness/deployed-system';
import { waitUntilDrained } from '../harness/queue';
import { redriveCases } from '../harness/redrive-cases';
import { isEnd, waitForEnds } from '../saga/wait-for-ends';
import { localOf, placementsOf, type Scene } from './scene';

/** What reads queues in a region. */
const consumers = [
  'ordering/start-order-saga',
  'ordering/track-order-steps',
  'payments/charge-payment',
  'shipping/dispatch-shipment',
  'loyalty/credit-points',
] as const;
/** URLs of the queues of a region's consumers. */
export const queuesOf = (system: DeployedSystem): Promise<string[]> =>
  Promise.all(consumers.map((consumer) => system.queueUrl(consumer)));

/** Waits until orders have ended, queues are empty, and everything is replicated. */
export const settle = async (scene: Scene): Promise<void> => {
  const { run } = scene;
  const { system, progress } = run;
  const local = localOf(run);
  const placed = placementsOf(scene).flatMap(({ taken, from }) =>
    taken ? [{ orderId: taken.orderId, placedAt: from }] : [],
  );
  await waitForEnds(system, placed, { isFinished: isEnd, timeoutSeconds: run.sabotage === undefined ? 120 : 20 });
  for (const { region } of local.regions) {
    const own = system.inRegion(region);
    const queues = await queuesOf(own);
    await waitUntilDrained(own.sqs, queues, { timeoutSeconds: 240, now: Date.now, onDepth: () => undefined });
  }
  for (let looked = 0; looked < 100; looked += 1) {
    const { replication } = await local.control.status();
    if (replication.every(({ backlog }) => backlog === 0)) break;
    progress.update('writes are on their way between the regions');
    await sleep(300);
  }
};

/** Re-drives what is parked, in each region what is that region's, as operators do. */
export const redrive = async (scene: Scene): Promise<number> => {
  const { run } = scene;
  const own = new Set(placementsOf(scene).flatMap(({ taken }) => taken?.orderId ?? []));
  let redriven = 0;
  for (let round = 0; round < 3; round += 1) {
    const worked = await redriveCases(run.system, (subject) => own.has(subject.slice(subject.indexOf('/') + 1)));
    redriven += worked.redriven;
    if (worked.open === 0) break;
    await settle(scene);
  }
  return redriven;
};
