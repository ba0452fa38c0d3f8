import { atOnce } from './at-once';
import type { Clock } from './clock.port';
import { LatestTime } from './event-time';
import type { Log } from './log.port';
import { messageParked } from './log-lines.contract';
import { type Arrival, arrivalOf } from './ordered-arrival';
import { decideDelivery } from './ordered-delivery';
import { type Effect, effectKeyText, merged } from './ordered-effect';
import type { OrderedLog } from './ordered-log.port';
import { gapOf, groupOf, parkedEarly, parkedGap, parkedRecord } from './ordered-message';
import { type Plan, plansInPacks } from './ordered-packs';
import { type DeliveryPlan, type DeliveryRules, type Halt, planDelivery } from './ordered-plan';
import type { EventProjector } from './ordered-projection';
import { EffectRefusedError, EntityMovedError, StillParkedError } from './ordered-store.errors';
import type { EarlyEvent, KnownEntity, OrderedStore } from './ordered-store.port';
import { CaseClosedError } from './parking.errors';
import type { ParkedMessage, Parking } from './parking.port';
import { readRecord } from './read-record';
import type { StreamRecord } from './stream-record';

/** What a run works with. */
export interface OrderedRunDeps {
  readonly consumer: string;
  readonly projector: EventProjector;
  readonly store: OrderedStore;
  readonly parking: Parking;
  readonly clock: Clock;
  readonly log: Log;
  readonly source?: OrderedLog;
}

/** What a run has done with records. */
export interface OrderedCounts {
  applied: number;
  duplicates: number;
  early: number;
  parked: number;
}

/** How records are delivered. */
export interface DeliveryOptions {
  /** Whether they do not wait behind what is parked of their entity: they are what it lacks. @default false */
  readonly pastCases?: boolean;
}

const noCases: ReadonlyMap<string, string> = new Map();

/** Records of one entity among those of a batch. */
interface EntityRecords {
  /** In the order of the log. */
  readonly arrivals: Arrival[];
  /** Where the first of them is in the batch. */
  readonly first: number;
}

/** Transactions that are under way at the same time. */
const AT_ONCE = 10;
/** Rounds of reading and planning again while somebody else moves the entity; then the record comes again, later. */
const MAX_ROUNDS = 5;

/** Records on their way into one generation: each event of an entity once, and in the order of its number. */
export class OrderedRun {
  readonly counts: OrderedCounts = { applied: 0, duplicates: 0, early: 0, parked: 0 };

  constructor(
    private readonly deps: OrderedRunDeps,
    readonly generation: string,
    private readonly redriveFunction: string,
  ) {}

  /**
   * Delivers records, in the order of the log. An entity whose events cannot be written now fails, with all of its records; one that
   * cannot go on is parked; the others go on.
   * @returns the records that must come again by the indices of the first of each entity, and why
   */
  async deliver(
    records: readonly StreamRecord[],
    { pastCases = false }: DeliveryOptions = {},
  ): Promise<ReadonlyMap<number, Error>> {
    const failed = new Map<number, Error>();
    const groups = byEntity(records);
    const entities = [...groups.keys()];
    const [open, known] = await Promise.all([
      pastCases ? noCases : this.deps.parking.openFor(entities.map((entity) => groupOf(this.generation, entity))),
      this.deps.store.load(this.generation, entities),
    ]);
    const failing = (entity: string, error: unknown): void => {
      failed.set(groups.get(entity)?.first ?? 0, error instanceof Error ? error : new Error(String(error)));
    };
    const rules = this.rules();
    const plans: Plan[] = [];
    const behind: (readonly [string, KnownEntity, string])[] = [];
    for (const [entity, { arrivals }] of groups) {
      const one = known.get(entity);
      if (one === undefined) throw new TypeError(`the store answered nothing about ${entity}`);
      const caseId = open.size === 0 ? undefined : open.get(groupOf(this.generation, entity));
      if (caseId !== undefined) behind.push([entity, one, caseId]);
      else plans.push({ entity, arrivals, known: one, plan: planDelivery(one, arrivals, rules) });
    }
    const follow = async ([entity, one, caseId]: readonly [string, KnownEntity, string]): Promise<void> => {
      try {
        await this.follow(one, groups.get(entity)?.arrivals ?? [], caseId);
      } catch (error) {
        failing(entity, error);
      }
    };
    await Promise.all([
      atOnce(behind, AT_ONCE, follow),
      atOnce(plansInPacks(plans, this.deps.store.maxItems), AT_ONCE, (packs) => this.write(packs, failing)),
    ]);
    return failed;
  }

  /** Delivers records of which none may fail. @throws what the first of them failed with */
  async deliverAll(records: readonly StreamRecord[], options?: DeliveryOptions): Promise<void> {
    const [failed] = (await this.deliver(records, options)).values();
    if (failed !== undefined) throw failed;
  }

  /**
   * Handles a parked message again: the case it is in does not hold it up, nor does what waits behind it.
   * @throws StillParkedError its entity cannot go on with it
   */
  async handleAgain(arrival: Arrival): Promise<void> {
    const { known, halt, left } = await this.settle(await this.load(arrival.entity), [arrival], { drainsFirst: false });
    if (halt === undefined) return;
    const { entity } = known.position;
    if (left.length > 0) throw new StillParkedError(entity, halt.reason, halt.explanation);
    // It is handled. What had waited for it cannot be: that is another message of the case.
    if (halt.early) await this.park(entity, halt, [parkedEarly(this.generation, halt.early)]);
  }

  /**
   * Goes on behind events that will never come, and with what waited for them. What then cannot be applied is parked.
   * @param ids of the events that are passed, newest last; empty where there is none
   */
  async pass(entity: string, to: number, ids: readonly string[]): Promise<void> {
    const known = await this.load(entity);
    if (known.position.sequence >= to) return;
    await this.settleOrPark(known, [], { passing: { to, ids } });
  }

  /** Goes on with what waits and lacks nothing. */
  async goOn(known: KnownEntity): Promise<void> {
    await this.settleOrPark(known, []);
  }

  /** Parks an entity that lacks events which are not to be found, or must not be looked for again. */
  async parkGap(known: KnownEntity, explanation: string, reason: 'Gap' | 'WorkerLost' = 'Gap'): Promise<void> {
    const gap = gapOf(this.generation, known);
    if (gap === undefined) return;
    await this.park(known.position.entity, { reason, explanation }, [parkedGap(gap)]);
  }

  /** What is known of entities. */
  loadAll(entities: readonly string[]): Promise<ReadonlyMap<string, KnownEntity>> {
    return this.deps.store.load(this.generation, entities);
  }

  /** What is known of an entity. */
  async load(entity: string): Promise<KnownEntity> {
    const known = (await this.loadAll([entity])).get(entity);
    if (known === undefined) throw new TypeError(`the store answered nothing about ${entity}`);
    return known;
  }

  private rules(more: Partial<DeliveryRules> = {}): DeliveryRules {
    const { projector, clock, store } = this.deps;
    const now = clock.now();
    return { projector, now, latest: new LatestTime(now), maxItems: store.maxItems, ...more };
  }

  /** Writes packs one after the other: they touch the same items. */
  private async write(packs: readonly (readonly Plan[])[], failing: (entity: string, error: unknown) => void) {
    for (const pack of packs) {
      let rest: readonly Plan[] = [];
      try {
        rest = await this.writeTogether(pack);
      } catch (error) {
        for (const { entity } of pack) failing(entity, error);
      }
      for (const { entity, known, arrivals, plan } of rest) {
        try {
          await this.settleOrPark(known, arrivals, {}, plan);
        } catch (error) {
          failing(entity, error);
        }
      }
    }
  }

  /** Writes the plans of a pack in one transaction. Answers those that are not done with it. @throws when none of them can be written now */
  private async writeTogether(pack: readonly Plan[]): Promise<readonly Plan[]> {
    const changes = pack.flatMap(({ plan }) => plan.change ?? []);
    if (changes.length === 0) return pack;
    try {
      await this.deps.store.commit(this.generation, { changes, effects: effectsOf(pack) });
    } catch (error) {
      if (error instanceof EntityMovedError || error instanceof EffectRefusedError) return this.reloaded(pack);
      if (pack.length === 1) throw error;
      // Whatever it is, it need not be the fault of all of them.
      return pack;
    }
    for (const { plan } of pack) this.count(plan);
    return pack.flatMap(({ entity, plan }) => {
      const { next: known, left: arrivals, halt, more } = plan;
      if (halt === undefined && !more) return [];
      return { entity, known, arrivals, plan: planDelivery(known, arrivals, this.rules()) };
    });
  }

  private async reloaded(pack: readonly Plan[]): Promise<readonly Plan[]> {
    const known = await this.deps.store.load(
      this.generation,
      pack.map(({ entity }) => entity),
    );
    return pack.map(({ entity, arrivals, known: before }) => {
      const now = known.get(entity) ?? before;
      return { entity, arrivals, known: now, plan: planDelivery(now, arrivals, this.rules()) };
    });
  }

  private async settleOrPark(
    known: KnownEntity,
    arrivals: readonly Arrival[],
    rules: Partial<DeliveryRules> = {},
    plan?: DeliveryPlan,
  ): Promise<void> {
    const { known: now, halt, left } = await this.settle(known, arrivals, rules, plan);
    if (halt === undefined) return;
    const { generation } = this;
    const { entity } = now.position;
    const early = halt.early ? [parkedEarly(generation, halt.early)] : [];
    const gap = halt.reason === 'EarlyRoomFull' ? gapOf(generation, now) : undefined;
    const messages = [...(gap ? [parkedGap(gap)] : early), ...left.map((one) => parkedRecord(generation, one))];
    await this.park(entity, halt, messages);
  }

  /** Applies and keeps what can be, one transaction after the other, until nothing is left or the entity cannot go on. */
  private async settle(
    start: KnownEntity,
    given: readonly Arrival[],
    rules: Partial<DeliveryRules> = {},
    first?: DeliveryPlan,
  ): Promise<{ readonly known: KnownEntity; readonly halt?: Halt; readonly left: readonly Arrival[] }> {
    let [known, arrivals, limits] = [await this.withBodies(start), given, rules];
    let plan = known === start ? first : undefined;
    for (let stale = 0; ; plan = undefined) {
      plan ??= planDelivery(known, arrivals, this.rules(limits));
      if (plan.change !== undefined) {
        try {
          await this.deps.store.commit(this.generation, { changes: [plan.change], effects: plan.effects });
        } catch (error) {
          if (error instanceof EntityMovedError && (stale += 1) < MAX_ROUNDS) {
            known = await this.withBodies(await this.load(known.position.entity));
            continue;
          }
          if (!(error instanceof EffectRefusedError)) throw error;
          if (limits.maxEvents !== 1) {
            // One by one, to see which it is.
            limits = { ...limits, maxEvents: 1 };
            continue;
          }
          return { known, halt: refused(error, known), left: arrivals };
        }
      }
      this.count(plan);
      const { next, left, halt, more } = plan;
      if (halt !== undefined || !more) return { known: next, halt, left };
      [known, arrivals] = [next, left];
    }
  }

  /** Reads again what was too large to be kept, when its turn has come or may come now. */
  private async withBodies(known: KnownEntity): Promise<KnownEntity> {
    const { source } = this.deps;
    if (source === undefined || known.early.every(({ body }) => body !== undefined)) return known;
    const early: EarlyEvent[] = [];
    for (const one of known.early) {
      const record = one.body === undefined ? await readRecord(source, one) : undefined;
      early.push(record === undefined ? one : { ...one, body: arrivalOf(record).body });
    }
    return { ...known, early };
  }

  /** Puts arrivals behind those of their entity that are parked. What was applied before is a repeat, and waits for nothing. */
  private async follow(known: KnownEntity, arrivals: readonly Arrival[], caseId: string): Promise<void> {
    const waiting = arrivals.filter(({ envelope }) => {
      return envelope === undefined || decideDelivery(known.position, envelope).kind !== 'duplicate';
    });
    this.counts.duplicates += arrivals.length - waiting.length;
    for (const [index, arrival] of waiting.entries()) {
      try {
        await this.deps.parking.append(caseId, [parkedRecord(this.generation, arrival)]);
      } catch (error) {
        if (!(error instanceof CaseClosedError)) throw error;
        // Nothing waits before it any more.
        await this.settleOrPark(await this.load(known.position.entity), waiting.slice(index));
        return;
      }
      this.parked(known.position.entity, caseId, 'EntityParked', 1);
    }
  }

  private async park(entity: string, { reason, explanation }: Halt, messages: readonly ParkedMessage[]): Promise<void> {
    const { generation, redriveFunction } = this;
    const about = {
      kind: 'message',
      group: groupOf(generation, entity),
      subject: entity,
      reason,
      explanation,
    } as const;
    const caseId = await this.deps.parking.park({ ...about, redriveFunction, messages });
    this.parked(entity, caseId, reason, messages.length);
  }

  private parked(subject: string, caseId: string, reason: string, messages: number): void {
    const { consumer, log } = this.deps;
    this.counts.parked += messages;
    log.error(messageParked, { consumer, caseId, reason, subject, messages, generation: this.generation });
  }

  private count({ applied, duplicates, early }: DeliveryPlan): void {
    this.counts.applied += applied;
    this.counts.duplicates += duplicates;
    this.counts.early += early;
  }
}

const refused = (error: Error, { early, position }: KnownEntity): Halt => {
  const waited = early.find(({ sequence }) => sequence === position.sequence + 1);
  return { reason: 'EffectRefused', explanation: error.message, ...(waited && { early: waited }) };
};

/** Effects of all plans of a pack, those on the same item in one. */
const effectsOf = (pack: readonly Plan[]): readonly Effect[] => {
  const [first] = pack;
  if (first !== undefined && pack.length === 1) return first.plan.effects;
  const effects = new Map<string, Effect>();
  for (const { plan } of pack) {
    for (const effect of plan.effects) {
      const key = effectKeyText(effect.key);
      const before = effects.get(key);
      effects.set(key, before === undefined ? effect : merged(before, effect));
    }
  }
  return [...effects.values()];
};

/** Records by entity. */
const byEntity = (records: readonly StreamRecord[]): ReadonlyMap<string, EntityRecords> => {
  const groups = new Map<string, EntityRecords>();
  let index = 0;
  for (const record of records) {
    const arrival = arrivalOf(record);
    const group = groups.get(arrival.entity);
    if (group === undefined) groups.set(arrival.entity, { arrivals: [arrival], first: index });
    else group.arrivals.push(arrival);
    index += 1;
  }
  return groups;
};
