import { relayOutbox } from '../../../lambdas/shared/relay-outbox.use-case';
import { ConsumerSide } from './consumer-side';
import { type Consumer, exactlyOnce } from './consumers';
import type { CrashPoint } from './crash-points';
import type { Verdict } from './effects';
import { Producer } from './producer';
import { type Relay, RelaySide } from './relay-side';
import { SimulatedQueue } from './simulated-queue';
import { World } from './world';

/** One run. */
export interface SimulationOptions {
  readonly seed: number;
  /** Events to get from the producer to the consumer. */
  readonly messages: number;
  /** Where it strikes. */
  readonly armed: readonly CrashPoint[];
  /** Multiplies the likelihood of every strike. @default 1 */
  readonly rate?: number;
  /** @default the one that is exactly-once */
  readonly consumer?: Consumer;
  /** @default the real one */
  readonly relay?: Relay;
}

/** What came of a run; the same options give the same report, byte for byte. */
export interface SimulationReport extends Verdict {
  readonly seed: number;
  readonly messages: number;
  readonly deliveries: number;
  readonly effects: number;
  /** How often the consumer parked messages, by reason. */
  readonly parked: { readonly [reason: string]: number };
  /** Messages that it parked although no try of theirs had failed, and they kill no worker. */
  readonly parkedUntried: number;
  /** How often each armed point struck. */
  readonly struck: { readonly [point: string]: number };
  /** Virtual seconds it took. */
  readonly seconds: number;
  /** Whether everything came to rest; a run that does not is a run that loses. */
  readonly finished: boolean;
  readonly digest: string;
}

const ENTITIES = 250;
const REQUESTS_A_STEP = 150;
const CONSUMERS = 12;
const STEP_MS = 1_000;
const OPERATOR_SECONDS = 40;
const MOST_STEPS = 50_000;

/** Runs the outbox, its relay, the topic, the queue and its consumer until everything is at rest, and judges the effects. */
export const simulate = async (options: SimulationOptions): Promise<SimulationReport> => {
  const { seed, messages, armed, rate = 1, consumer = exactlyOnce, relay = relayOutbox } = options;
  const world = new World({ seed, armed: new Set(armed), rate });
  const started = world.now;
  const producer = new Producer(world, ENTITIES);
  const queue = new SimulatedQueue(world);
  const relaying = new RelaySide(world, producer.store.outbox, queue, relay);
  const consuming = new ConsumerSide(world, queue, consumer);

  let operatorsAt = world.now;
  const redrives = (): Promise<void>[] => {
    if (world.now < operatorsAt) return [];
    operatorsAt = world.now + OPERATOR_SECONDS * 1_000;
    return [
      ...relaying.openCases().map((caseId) => relaying.redrive(caseId)),
      ...consuming.openCases().map((caseId) => consuming.redrive(caseId)),
    ];
  };
  const consume = async (): Promise<void> => {
    while (await consuming.step()) if (world.random() < 0.2) return;
  };
  const produce = async (): Promise<void> => {
    for (let made = 0; made < REQUESTS_A_STEP && producer.events < messages; made += 1) await producer.request();
  };
  const hasCases = (): boolean => relaying.openCases().length + consuming.openCases().length > 0;
  const atRest = (): boolean =>
    producer.events >= messages && relaying.isDone && queue.size === 0 && world.later.size === 0 && !hasCases();
  /** The next virtual time at which something can happen. */
  const nextTime = (): number => {
    if (producer.events < messages) return world.now + STEP_MS;
    const next = Math.min(world.later.next, queue.nextVisible, relaying.next, hasCases() ? operatorsAt : Infinity);
    return Math.max(world.now + STEP_MS, Number.isFinite(next) ? next : 0);
  };

  let steps = 0;
  for (; steps < MOST_STEPS && !atRest(); steps += 1) {
    world.later.run(world.now);
    const consumers = Array.from({ length: CONSUMERS }, consume);
    await Promise.all([produce(), relaying.step(), ...consumers, ...redrives()]);
    world.now = nextTime();
  }
  return {
    seed,
    messages: producer.events,
    deliveries: queue.deliveries,
    effects: consuming.effects.count,
    parked: Object.fromEntries(consuming.parked),
    parkedUntried: consuming.parkedUntried,
    ...consuming.effects.judge(producer.committed, consuming.provider.ledger),
    struck: Object.fromEntries(world.struck),
    seconds: (world.now - started) / 1_000,
    finished: steps < MOST_STEPS,
    digest: world.digest.toString(16).padStart(8, '0'),
  };
};
