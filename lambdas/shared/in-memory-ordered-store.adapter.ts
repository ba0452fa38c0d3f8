import { furthest, type Position, startOf } from './ordered-delivery';
import { type Effect, type EffectAttributes, type EffectKey, effectKeyText, keyInGeneration } from './ordered-effect';
import { EntityMovedError } from './ordered-store.errors';
import {
  type EarlyEvent,
  FIRST_GENERATION,
  type GapPage,
  type Generation,
  type KnownEntity,
  type OrderedCommit,
  type OrderedStore,
} from './ordered-store.port';
import type { RegionGate } from './region-gate.port';

interface StoredEntity {
  position: Position;
  readonly early: Map<number, EarlyEvent>;
}

const none: readonly EarlyEvent[] = [];

const waitingOf = (early: StoredEntity['early'], { sequence: last }: Position): readonly EarlyEvent[] =>
  [...early.values()].filter(({ sequence }) => sequence > last).sort((a, b) => a.sequence - b.sequence);

const seen = (own: Position, theirs: ReadonlyMap<string, ReadonlyMap<string, Position>>): Position =>
  furthest(
    own,
    [...theirs.values()].flatMap((positions) => positions.get(own.entity) ?? []),
  );

/** An ordered store in memory, for tests. */
export class InMemoryOrderedStore implements OrderedStore {
  readonly maxItems: number;
  /** What projections have written, by generation and key. */
  readonly items = new Map<string, { readonly key: EffectKey; attributes: EffectAttributes }>();
  private readonly entities = new Map<string, Map<string, StoredEntity>>();
  private readonly generations = new Map<string, Generation>();
  /** Positions that other regions have written, by generation, region and entity. */
  private readonly theirs = new Map<string, Map<string, Map<string, Position>>>();
  private activeName = FIRST_GENERATION;

  constructor(
    private readonly options: { readonly maxItems?: number; readonly gate?: Pick<RegionGate, 'assertActive'> } = {},
  ) {
    this.maxItems = options.maxItems ?? 100;
  }

  async active(): Promise<Generation> {
    return this.generations.get(this.activeName) ?? { name: this.activeName };
  }

  async generation(name: string): Promise<Generation | undefined> {
    return this.generations.get(name);
  }

  async saveGeneration(generation: Generation): Promise<void> {
    await this.options.gate?.assertActive();
    this.generations.set(generation.name, generation);
  }

  async activate(name: string): Promise<string> {
    await this.options.gate?.assertActive();
    const before = this.activeName;
    this.activeName = name;
    return before;
  }

  async load(generation: string, entities: readonly string[]): Promise<ReadonlyMap<string, KnownEntity>> {
    const stored = this.of(generation);
    const theirs = this.theirs.get(generation);
    const known = new Map<string, KnownEntity>();
    for (const entity of entities) {
      const { position = startOf(entity), early } = stored.get(entity) ?? {};
      const waiting = early === undefined || early.size === 0 ? none : waitingOf(early, position);
      known.set(entity, { position: theirs === undefined ? position : seen(position, theirs), early: waiting });
    }
    return known;
  }

  async commit(generation: string, { changes, effects }: OrderedCommit): Promise<void> {
    if (this.options.gate !== undefined) await this.options.gate.assertActive();
    const stored = this.of(generation);
    for (const { before } of changes) {
      const version = stored.get(before.entity)?.position.version ?? 0;
      if (version !== before.version) throw new EntityMovedError([before.entity]);
    }
    for (const { after, keep, drained } of changes) {
      const one = stored.get(after.entity) ?? { position: after, early: new Map<number, EarlyEvent>() };
      one.position = after;
      for (const early of keep) one.early.set(early.sequence, early);
      for (const sequence of drained) one.early.delete(sequence);
      if (after.waiting === 0) one.early.clear();
      stored.set(after.entity, one);
    }
    for (const effect of effects) this.write(generation, effect);
  }

  /** A position comes in by replication. */
  replicated(generation: string, region: string, position: Position): void {
    const regions = this.theirs.get(generation) ?? new Map<string, Map<string, Position>>();
    const positions = regions.get(region) ?? new Map<string, Position>();
    positions.set(position.entity, position);
    regions.set(region, positions);
    this.theirs.set(generation, regions);
  }

  async gaps(before: string): Promise<GapPage> {
    const entities: GapPage['entities'][number][] = [];
    for (const [generation, stored] of this.entities) {
      for (const { position } of stored.values()) {
        const { entity, waitingSince } = position;
        if (waitingSince !== undefined && waitingSince < before) entities.push({ entity, generation, waitingSince });
      }
    }
    return { entities: entities.sort((a, b) => (a.waitingSince < b.waitingSince ? -1 : 1)) };
  }

  private write(generation: string, effect: Effect): void {
    const key = keyInGeneration(generation, effect.key);
    const text = effectKeyText(key);
    if (effect.kind === 'put') {
      this.items.set(text, { key, attributes: effect.attributes });
      return;
    }
    const known = this.items.get(text)?.attributes ?? {};
    const attributes: Record<string, unknown> = { ...known, ...effect.attributes };
    for (const [name, amount] of Object.entries(effect.amounts)) attributes[name] = Number(known[name] ?? 0) + amount;
    this.items.set(text, { key, attributes });
  }

  private of(generation: string): Map<string, StoredEntity> {
    const known = this.entities.get(generation);
    if (known !== undefined) return known;
    const stored = new Map<string, StoredEntity>();
    this.entities.set(generation, stored);
    return stored;
  }
}
