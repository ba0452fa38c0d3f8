import type { Context, KinesisStreamBatchResponse } from 'aws-lambda';
import type { Delivered } from '../../../lambdas/shared/envelope';
import { InMemoryParking } from '../../../lambdas/shared/in-memory-parking.adapter';
import { InMemoryStreamCheckpoints } from '../../../lambdas/shared/in-memory-stream-checkpoints.adapter';
import { type OrderedConsumerHandler, orderedConsumer } from '../../../lambdas/shared/ordered-consumer';
import type { OrderedConsumerOptions } from '../../../lambdas/shared/ordered-consumer-options';
import type { Effect } from '../../../lambdas/shared/ordered-effect';
import { orderedMessage } from '../../../lambdas/shared/ordered-message';
import { streamEvent } from '../../../lambdas/shared/stream-event';
import type { StreamRecord } from '../../../lambdas/shared/stream-record';
import { InMemoryOrderedLog } from '../shared/in-memory-ordered-log';
import { kinesisEvent, type Noted, notedV1 } from '../shared/stream-events';
import { AppliedEvents, type Verdict } from './applied-events';
import { EventProducer } from './event-producer';
import { type Ended, FaultyProcess } from './faulty-process';
import { FaultyWorld } from './faulty-world';

/** One run. */
export interface SimulationOptions {
  readonly seed: number;
  readonly entities?: number;
  readonly events?: number;
  /** Multiplies the likelihood of every fault. @default 1 */
  readonly rate?: number;
  /** Whether poison and gaps are planted. @default true */
  readonly trouble?: boolean;
  /** Whether somebody redrives and gives up. @default true */
  readonly operator?: boolean;
  /** Whether another generation is built and promoted while all goes on. @default true */
  readonly replay?: boolean;
  /** After how many virtual seconds to end, finished or not. @default 6000 */
  readonly seconds?: number;
  /** @default the real one */
  readonly consumer?: (options: OrderedConsumerOptions) => OrderedConsumerHandler;
}

/** What came of a run; the same options give the same report. */
export interface SimulationReport extends Verdict {
  readonly seed: number;
  readonly events: number;
  readonly deliveries: number;
  /** What went wrong in the generation that the run ended with, when it is another one than it began with. */
  readonly replayed: Verdict;
  /** Cases of entities for which nothing was planted, and that no poller skipped a record of. */
  readonly parkedWithoutCause: number;
  /** Events of entities without a cause to wait that were not applied. */
  readonly heldUp: number;
  readonly cases: number;
  readonly givenUp: number;
  readonly struck: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** Whether everything came to rest. */
  readonly finished: boolean;
}

const MOST_SECONDS = 6_000;
/** Tries after which a poller goes on without a record. */
const MOST_TRIES = 6;
const [GAPS_EVERY_MS, OPERATOR_EVERY_MS] = [60_000, 40_000];

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

class Simulation {
  private readonly world: FaultyWorld;
  private readonly log: InMemoryOrderedLog;
  private readonly producer: EventProducer;
  private readonly store = new AppliedEvents({ maxItems: 30 });
  private readonly parking = new InMemoryParking({ context: 'test', consumer: 'things', region: 'sa-east-1' });
  private readonly checkpoints: InMemoryStreamCheckpoints;
  /** Where the poller of each shard is, and how often it has tried there. */
  private readonly pollers = new Map<string, { at: number; tries: number }>();
  private readonly skipped = new Set<string>();
  private readonly givenUp = new Set<string>();
  private skips = 0;
  /** Skips that the log was read again for. */
  private repaired = 0;
  private repairing = false;
  private deliveries = 0;
  private generation = 'v1';
  private replayed: 'no' | 'begun' | 'done' = 'no';

  constructor(private readonly options: SimulationOptions) {
    const { seed, rate = 1, entities = 40, events = 1_500, trouble = true } = options;
    this.world = new FaultyWorld(seed, rate);
    this.log = new InMemoryOrderedLog(2, () => this.world.now);
    this.log.pageSize = 50;
    this.producer = new EventProducer(this.world, this.log, { entities, events, trouble });
    this.checkpoints = new InMemoryStreamCheckpoints(this.world.clock);
  }

  async run(): Promise<SimulationReport> {
    const { world } = this;
    const started = world.now;
    const { seconds: most = MOST_SECONDS } = this.options;
    let [gapsAt, operatorAt, steps] = [started, started, 0];
    for (; steps < most && !(await this.isAtRest()); steps += 1) {
      this.producer.step();
      this.reshard();
      const doing: Promise<void>[] = this.log.all.map(({ shardId }) => this.poll(shardId));
      if (world.now >= gapsAt) {
        gapsAt = world.now + GAPS_EVERY_MS;
        doing.push(this.ask({ fillGaps: true }).then(() => undefined));
      }
      if (world.now >= operatorAt && this.options.operator !== false) {
        operatorAt = world.now + OPERATOR_EVERY_MS;
        doing.push(this.operate());
      }
      if (this.options.replay !== false && world.now - started > 60_000) doing.push(this.replay());
      // Whoever has died or stalled is not waited for.
      await Promise.all(doing);
      world.pass(1);
    }
    return this.report((world.now - started) / 1_000, steps < most);
  }

  private async report(seconds: number, finished: boolean): Promise<SimulationReport> {
    const { seed } = this.options;
    const { last, troubled, neverSent } = this.producer;
    const excepted = new Set([...this.givenUp, ...neverSent]);
    const excused = new Set([...troubled, ...this.skipped]);
    const owners = [...this.parking.cases.values()].map(({ opening }) => opening.subject);
    const free = new Map([...last].filter(([entity]) => !excused.has(entity)));
    const verdict = (generation: string) => this.store.judge(generation, last, excepted);
    const first = verdict('v1');
    const ended = verdict(this.generation);
    return {
      seed,
      events: [...last.values()].reduce((sum, one) => sum + one, 0),
      deliveries: this.deliveries,
      // A generation that another has taken the place of need not have everything.
      ...(this.generation === 'v1' ? first : { ...first, lost: 0 }),
      replayed: this.generation === 'v1' ? { lost: 0, doubled: 0, disordered: 0 } : ended,
      parkedWithoutCause: owners.filter((owner) => !excused.has(owner)).length,
      heldUp: this.store.judge(this.generation, free, new Set()).lost,
      cases: owners.length,
      givenUp: this.givenUp.size,
      struck: Object.fromEntries(this.world.struck),
      seconds,
      finished,
    };
  }

  private handler(process: FaultyProcess): OrderedConsumerHandler {
    const project = ({ subject, sequence, data }: Delivered<Noted>): readonly Effect[] => {
      if (this.producer.isPoison(data.text)) throw new Error('not mended yet');
      const attributes = { entity: subject, sequence };
      return [
        { kind: 'put', key: { pk: subject, sk: String(sequence) }, attributes },
        { kind: 'add', key: { pk: 'COUNTER', sk: subject.slice(-1) }, amounts: { count: 1 } },
      ];
    };
    const consume = this.options.consumer ?? orderedConsumer;
    return consume({
      consumer: 'things',
      accepts: [streamEvent(notedV1, project)],
      ignores: [],
      store: process.port('store', this.store),
      parking: process.port('parking', this.parking),
      checkpoints: process.port('checkpoints', this.checkpoints),
      source: process.port('log', this.log),
      clock: this.world.clock,
      gapPatienceSeconds: 60,
      log: silent,
    });
  }

  /** Invokes the function; `undefined` when it threw. */
  private async ask(
    event: Parameters<OrderedConsumerHandler>[0],
  ): Promise<Awaited<ReturnType<OrderedConsumerHandler>> | Ended | undefined> {
    const process = new FaultyProcess(this.world);
    let calls = this.world.between(3, 400);
    const context: Pick<Context, 'invokedFunctionArn' | 'getRemainingTimeInMillis'> = {
      invokedFunctionArn: 'things:live',
      getRemainingTimeInMillis: () => ((calls -= 1) > 0 ? 60_000 : 0),
    };
    return process.run(this.handler(process)(event, context)).catch(() => undefined);
  }

  /** What an event source mapping does with a shard, but for one thing: it does not wait for the shard's parents. */
  private async poll(shardId: string): Promise<void> {
    const { world } = this;
    const poller = this.pollers.get(shardId) ?? { at: 0, tries: 0 };
    this.pollers.set(shardId, poller);
    if (poller.tries >= MOST_TRIES) this.skip(shardId, poller);
    const batch = this.recordsOf(shardId).slice(poller.at, poller.at + world.between(1, 40));
    if (batch.length === 0) return;
    this.deliveries += batch.length;
    const twice = world.strikes('a batch is delivered to two workers', 0.03);
    const [answer] = await Promise.all([
      this.ask(kinesisEvent(batch)),
      twice ? this.ask(kinesisEvent(batch)) : undefined,
    ]);
    if (answer === undefined || answer === 'crashed' || answer === 'stalled') {
      poller.tries += 1;
      return;
    }
    const [first] = (answer as KinesisStreamBatchResponse).batchItemFailures;
    const done =
      first === undefined
        ? batch.length
        : batch.findIndex(({ place }) => place.sequenceNumber === first.itemIdentifier);
    if (done < 0) throw new Error('the function answered a record that is not in its batch');
    poller.tries = done === 0 ? poller.tries + 1 : 0;
    poller.at += done;
    if (world.strikes('a checkpoint is lost', 0.01)) poller.at = Math.max(0, poller.at - world.between(1, 60));
  }

  private skip(shardId: string, poller: { at: number; tries: number }): void {
    const record = this.recordsOf(shardId)[poller.at];
    if (record !== undefined) this.skipped.add(record.partitionKey);
    this.skips += 1;
    this.world.happened('a record is skipped by its poller');
    poller.at += 1;
    poller.tries = 0;
  }

  private recordsOf(shardId: string): readonly StreamRecord[] {
    return this.log.all.find((one) => one.shardId === shardId)?.records ?? [];
  }

  private reshard(): void {
    const open = this.log.all.filter(({ closed }) => !closed);
    if (this.log.all.length > 12) return;
    if (this.world.strikes('a shard is split', 0.01)) {
      const one = open[this.world.between(0, open.length - 1)];
      if (one) this.log.split(one.shardId);
    } else if (open.length > 2 && this.world.strikes('two shards are merged', 0.01)) {
      const [one, other] = [...open].sort((a, b) => (a.from < b.from ? -1 : 1));
      if (one && other) this.log.merge(one.shardId, other.shardId);
    }
  }

  /** Redrives every case, and gives up what will never work. */
  private async operate(): Promise<void> {
    for (const [caseId, { closedAs }] of [...this.parking.cases]) {
      for (let goesOn = closedAs === undefined; goesOn; ) goesOn = await this.decide(caseId);
    }
  }

  /** Answers whether there is something further to decide about the case now. */
  private async decide(caseId: string): Promise<boolean> {
    const answer = await this.ask({ redriveCase: caseId });
    if (typeof answer !== 'object' || !('outcome' in answer) || answer.outcome !== 'stopped') return false;
    const [first] = await this.parking.messages(caseId);
    const hopeless = first && (await this.hopelessOf(orderedMessage(first)));
    if (hopeless === undefined) return false;
    const discardMessage = { caseId, number: first?.number, reason: 'never', by: 'operator' };
    await this.ask({ discardMessage });
    // Whatever was answered, it may have been done.
    for (const name of hopeless) this.givenUp.add(name);
    return true;
  }

  /** Names of the events that are given up with a message; `undefined` when it may still work. */
  private async hopelessOf(message: ReturnType<typeof orderedMessage>): Promise<readonly string[] | undefined> {
    const { hopeless, contested } = this.producer;
    if (message.kind === 'gap') {
      const { entity, generation, to } = message;
      const from = ((await this.store.load(generation, [entity])).get(entity)?.position.sequence ?? 0) + 1;
      const missing = Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => `${entity}/${from + index}`);
      return missing.every((name) => hopeless.has(name)) ? missing : undefined;
    }
    if (message.kind === 'reference') return undefined;
    const { envelope } = message.arrival;
    if (envelope === undefined) return [];
    // Either of two events with one number may be the one that is given up.
    const name = envelope.id.replace(/^not /, '');
    return hopeless.has(name) || contested.has(name) ? [name] : undefined;
  }

  /** Reads the log into another generation and promotes it, in as many invocations as it takes. */
  private async replay(): Promise<void> {
    if (this.replayed === 'done') return;
    const from = this.replayed === 'no' ? 'horizon' : 'checkpoint';
    const answer = await this.ask({ replay: { from, into: 'v2' } });
    if (typeof answer !== 'object' || !('replay' in answer)) return;
    this.replayed = 'begun';
    if (!answer.replay.done) return;
    const promoted = await this.ask({ promote: 'v2' });
    if (typeof promoted !== 'object' || !('promoted' in promoted)) return;
    this.generation = 'v2';
    this.replayed = 'done';
  }

  private async isAtRest(): Promise<boolean> {
    const { producer, parking, log, store, world } = this;
    if (!producer.isDone || world.asleep > 0) return false;
    if (log.all.some(({ shardId, records }) => (this.pollers.get(shardId)?.at ?? 0) < records.length)) return false;
    if (this.options.replay !== false && this.replayed !== 'done') return false;
    const { catchUpUntil = 0 } = await store.active();
    if (catchUpUntil > 0 && (await this.checkpoints.caughtUpUntil(this.generation)) < catchUpUntil) return false;
    const parked = [...parking.cases.values()].some(({ closedAs }) => closedAs === undefined);
    if (this.options.operator !== false && parked) return false;
    const open = await parking.openFor([...producer.last.keys()].map((entity) => `${this.generation}/${entity}`));
    const later = new Date(world.now + 1).toISOString();
    const gaps = (await store.gaps(later)).entities.filter(
      ({ entity, generation }) => generation === this.generation && !open.has(`${generation}/${entity}`),
    );
    if (gaps.length > 0) return false;
    return this.isRepaired();
  }

  /** What a poller has skipped shows as a gap only when something follows: the log is read again, as an operator does after its alarm. */
  private async isRepaired(): Promise<boolean> {
    if (this.skips === this.repaired) return true;
    const { skips } = this;
    const answer = await this.ask({
      replay: { from: this.repairing ? 'checkpoint' : 'horizon', into: this.generation },
    });
    if (typeof answer !== 'object' || !('replay' in answer)) return false;
    this.repairing = !answer.replay.done;
    if (!this.repairing) this.repaired = skips;
    return false;
  }
}

/** Runs producers, a log that is resharded, pollers, the consumer and its operator until everything is at rest, and judges the effects. */
export const simulate = (options: SimulationOptions): Promise<SimulationReport> => new Simulation(options).run();
