import type { Adoption } from '../../../lambdas/shared/entity-home';
import type { InboxEntry, Stored } from '../../../lambdas/shared/entity-store.port';
import { InMemoryContents } from '../../../lambdas/shared/in-memory-entity-store.adapter';
import type { OutboxRow } from '../../../lambdas/shared/outbox';
import type { Replication, Version } from './replication';
import type { VirtualTime } from './virtual-time';

type Entity<State> = Stored<State> & Partial<Adoption>;
type Marker = InboxEntry & { readonly expiresAt: number };

/** An update that another region's has overwritten: last writer wins. */
export interface LostUpdate {
  readonly kind: string;
  readonly id: string;
  readonly loser: Version<Entity<unknown>>;
  readonly winner: Version<Entity<unknown>>;
}

/** A map that tells of what is put into it. */
class WatchedMap<Value> extends Map<string, Value> {
  constructor(private readonly written: (key: string, value: Value) => void) {
    super();
  }

  override set(key: string, value: Value): this {
    this.written(key, value);
    return super.set(key, value);
  }

  /** As replication writes: nobody is told. */
  receive(key: string, value: Value): void {
    super.set(key, value);
  }
}

/** What a region has of a table. */
class Replica<State> extends InMemoryContents<State> {
  override readonly outbox: OutboxRow[] = [];
  override readonly entities: WatchedMap<Entity<State>>;
  override readonly inbox: WatchedMap<Marker>;
  readonly versions = new Map<string, Version<Entity<State>>>();
  /** Rows of the commit under way: they count when its entity is written, and not before. */
  private staged: OutboxRow[] = [];

  constructor(
    readonly region: string,
    private readonly table: ReplicatedTable<State>,
  ) {
    super();
    this.entities = new WatchedMap((key, value) => this.commit(key, value));
    this.inbox = new WatchedMap((key, value) =>
      table.replicate(region, (to) => table.of(to).inbox.receive(key, value)),
    );
    const push = this.outbox.push.bind(this.outbox);
    this.outbox.push = (...rows) => {
      this.staged.push(...rows);
      return this.outbox.length;
    };
    this.append = (row) => {
      push(row);
      table.streams.get(region)?.(row);
    };
  }

  /** Adds a row as it comes out of the stream, in this region or out of another's. */
  readonly append: (row: OutboxRow) => void;

  private commit(key: string, value: Entity<State>): void {
    const rows = this.staged;
    this.staged = [];
    this.table.committing.get(this.region)?.(value.state);
    for (const row of rows) {
      this.append(row);
      this.table.replicate(this.region, (to) => this.table.of(to).append(row));
    }
    this.table.wrote(this.region, key, value);
  }
}

/** What the table has to know of where it is. */
export interface TableSurroundings {
  readonly time: VirtualTime;
  readonly replication: Replication;
  /** The region's clock, epoch milliseconds. */
  readonly clockOf: (region: string) => number;
  /** For how long the region may not write any more by the records it has, in milliseconds; 0 while it may. */
  readonly inactiveFor: (region: string) => number;
  readonly lost: LostUpdate[];
}

const isAncestor = <Value>(one: Version<Value>, of: Version<Value> | undefined): boolean => {
  for (let version = of; version; version = version.parent) if (version === one) return true;
  return false;
};

/** A table of entities with a replica in each region. */
export class ReplicatedTable<State> {
  private readonly replicas: ReadonlyMap<string, Replica<State>>;
  /** By region, who is told of every row that its stream shows: its own and, by replication, those of others. */
  readonly streams = new Map<string, (row: OutboxRow) => void>();
  /** By region, whatever else belongs to a commit: it throws, and nothing is written. */
  readonly committing = new Map<string, (state: State) => void>();

  constructor(
    readonly kind: string,
    private readonly around: TableSurroundings,
  ) {
    this.replicas = new Map(around.replication.regions.map((region) => [region, new Replica<State>(region, this)]));
  }

  of(region: string): Replica<State> {
    const replica = this.replicas.get(region);
    if (replica === undefined) throw new TypeError(`there is no region ${region}`);
    return replica;
  }

  replicate(from: string, deliver: (to: string) => void): void {
    this.around.replication.send(from, deliver);
  }

  wrote(by: string, key: string, value: Entity<State>): void {
    const { time, clockOf, inactiveFor } = this.around;
    const { versions } = this.of(by);
    const parent = versions.get(key);
    const at = Math.max(clockOf(by), (parent?.at ?? 0) + 1);
    const version = { value, by, at, writtenAt: time.now, parent, inactiveFor: inactiveFor(by) };
    versions.set(key, version);
    this.replicate(by, (to) => this.receive(to, key, version));
  }

  /** How many items the replicas do not agree about. */
  divergent(): number {
    const [first, ...others] = [...this.replicas.values()];
    if (!first) return 0;
    const keys = new Set([first, ...others].flatMap(({ versions }) => [...versions.keys()]));
    return [...keys].filter((key) => others.some(({ versions }) => versions.get(key) !== first.versions.get(key)))
      .length;
  }

  private receive(to: string, key: string, incoming: Version<Entity<State>>): void {
    const { entities, versions } = this.of(to);
    const current = versions.get(key);
    if (current && isAncestor(incoming, current)) return;
    const wins = !current || incoming.at > current.at || (incoming.at === current.at && incoming.by > current.by);
    if (current && !isAncestor(current, incoming)) this.note(key, wins ? current : incoming, wins ? incoming : current);
    if (!wins) return;
    versions.set(key, incoming);
    entities.receive(key, incoming.value);
  }

  private note(id: string, loser: Version<Entity<State>>, winner: Version<Entity<State>>): void {
    const { lost } = this.around;
    // A replica that had not heard of the loser's descendants may see an older one lose: each version is told of once.
    for (
      let version: typeof loser | undefined = loser;
      version && !isAncestor(version, winner);
      version = version.parent
    ) {
      const one = version;
      if (!lost.some((known) => known.loser === one)) lost.push({ kind: this.kind, id, loser: one, winner });
    }
  }
}
