import type { DeployedSystem } from '../../drills/harness/deployed-system';
import { seededRandom } from '../../drills/harness/random';
import { inParallel } from '../../local/in-parallel';
import type { Benchmark } from '../harness/benchmark';
import { inTurns } from '../harness/in-turns';
import { atLeast, atMost, ratio, reading } from '../harness/measurement';
import { scratchStore } from '../harness/scratch-store';
import { type ExactlyOnce, type PaymentMessage, paymentMessages } from './payment-message';
import { powertoolsEffects } from './powertools-effects';
import { transactionalEffects } from './transactional-effects';

const ROUNDS = 5;
const MESSAGES = 200;
/** Messages that are handled at the same time. */
const LANES = 8;
const SEED = '1';

/** A message had another number of effects than one: the calls of such a side are worth nothing. */
export class EffectCountError extends Error {
  override readonly name = 'EffectCountError';
}

interface Round {
  /** Requests a message, on the way to its effect. */
  readonly writes: number;
  readonly reads: number;
  /** Requests a message until its event is published. */
  readonly allRequests: number;
  readonly writesWithRelay: number;
  /** Requests of a delivery that is a repeat. */
  readonly repeated: number;
  /** Messages a second: until the effect is durable, and until its event is published too. */
  readonly handled: number;
  readonly published: number;
  readonly operations: ReadonlyMap<string, number>;
}

const checkEffects = async (side: ExactlyOnce, expected: number): Promise<void> => {
  const effects = await side.effects();
  if (effects !== expected) throw new EffectCountError(`expected ${expected} effects, the table shows ${effects}`);
};

const measure = async (make: () => ExactlyOnce, messages: readonly PaymentMessage[]): Promise<Round> => {
  const side = make();
  const { counter } = side;
  const count = messages.length;
  const start = performance.now();
  await inParallel(messages, LANES, (message) => side.handle(message));
  const handled = performance.now() - start;
  const { writes, reads } = counter;
  const publishing = performance.now();
  await side.publish();
  const published = handled + performance.now() - publishing;
  const afterwards = counter.writes + counter.reads;
  const operations = counter.byOperation();
  const writesWithRelay = counter.writes;
  await checkEffects(side, count);
  const repeats = messages.filter((_, at) => at % 10 === 0);
  await inParallel(repeats, LANES, (message) => side.handle(message));
  await checkEffects(side, count);
  return {
    writes: writes / count,
    reads: reads / count,
    allRequests: afterwards / count,
    writesWithRelay: writesWithRelay / count,
    repeated: (counter.writes + counter.reads - afterwards) / repeats.length,
    handled: (count * 1000) / handled,
    published: (count * 1000) / published,
    operations,
  };
};

const ours = (system: DeployedSystem) => async (round: number) => {
  await using store = await scratchStore(system.cloud, `bench-own-${round}`, ['pk', 'sk']);
  return await measure(() => transactionalEffects(system, store), messagesOf(round));
};

const powertools = (system: DeployedSystem) => async (round: number) => {
  await using store = await scratchStore(system.cloud, `bench-powertools-${round}`, ['pk', 'sk']);
  await using records = await scratchStore(system.cloud, `bench-idempotency-${round}`, ['id']);
  return await measure(() => powertoolsEffects(system, store, records), messagesOf(round));
};

const messagesOf = (round: number): PaymentMessage[] => paymentMessages(seededRandom(`${SEED}/${round}`), MESSAGES);

const operationsOf = (rounds: readonly Round[]): string =>
  [...(rounds[0]?.operations ?? [])].map(([name, count]) => `${name} ${(count / MESSAGES).toFixed(2)}`).join(', ');

/** P5: what one effect, exactly once and told of, costs in round trips. */
export const storeCalls: Benchmark = {
  name: 'store-calls',
  compares:
    'requests an exactly-once effect (entity, marker, event) with Powertools idempotency (DynamoDB) around the same write and a separate send, counted at the emulator',
  run: async ({ progress, system: open }) => {
    const system = await open();
    progress.phase('warm up');
    await ours(system)(ROUNDS);
    await powertools(system)(ROUNDS);
    progress.phase(`${ROUNDS} rounds of ${MESSAGES} messages`);
    const rounds = await inTurns<'ours' | 'powertools', Round>(ROUNDS, {
      ours: ours(system),
      powertools: powertools(system),
    });
    progress.end();
    const against = (what: Exclude<keyof Round, 'operations'>, unit: string) => ({
      ours: rounds.ours.map((one) => one[what]),
      anchor: rounds.powertools.map((one) => one[what]),
      unit,
    });
    const writes = Math.max(...rounds.ours.map((one) => one.writes));
    return {
      measurements: [
        reading('write round trips of the consumer, an effect', writes, 'requests', atMost(1)),
        ratio('… against Powertools + write + send', against('writes', 'requests')),
        ratio('… with the relay that publishes', against('writesWithRelay', 'requests')),
        ratio('all requests, reads and relay too', against('allRequests', 'requests')),
        ratio('requests of a repeated delivery', against('repeated', 'requests')),
        ratio('effects a second', against('handled', '/s'), atLeast(1.5)),
        ratio('effects a second, published', against('published', '/s')),
      ],
      notes: [
        `${ROUNDS} rounds of ${MESSAGES} messages (seed ${SEED}) on new tables, ${LANES} at a time, one process; every tenth message is delivered again: every message had one effect on both sides`,
        `ours: ${operationsOf(rounds.ours)} an effect; Powertools: ${operationsOf(rounds.powertools)}`,
        'the usual way loses the event, or sends it twice, when it stops between its write and its send; ours cannot',
        'round trips are not write units: DynamoDB bills each item of a transaction twice (6 units for ours, 3 and a request to SNS for the other)',
      ],
    };
  },
};
