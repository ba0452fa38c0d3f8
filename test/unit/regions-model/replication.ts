import type { VirtualTime } from './virtual-time';

/** A version of an item, and the one it was made of. */
export interface Version<Value> {
  readonly value: Value;
  readonly by: string;
  /** Write time by the clock of the region that wrote it, epoch milliseconds: the later one wins. */
  readonly at: number;
  /** When it was written in truth, epoch milliseconds. */
  readonly writtenAt: number;
  readonly parent: Version<Value> | undefined;
  /** For how long its region might not write any more by its own records, in milliseconds: it was checked before. 0: it might. */
  readonly inactiveFor: number;
}

interface Link {
  readonly lagMilliseconds: number;
  cuts: number;
  readonly held: (() => void)[];
}

/** The lines between regions: asynchronous, each item by itself, late when a line is cut, and never in order. */
export class Replication {
  private readonly links = new Map<string, Map<string, Link>>();
  private readonly dark = new Set<string>();

  /** `lag` is the longest of a pair, in milliseconds. */
  constructor(
    private readonly time: VirtualTime,
    readonly regions: readonly string[],
    lag: (index: number) => number,
  ) {
    let pairs = 0;
    for (const [index, one] of regions.entries())
      for (const other of regions.slice(index + 1)) {
        const link: Link = { lagMilliseconds: lag(pairs++), cuts: 0, held: [] };
        this.linksOf(one).set(other, link);
        this.linksOf(other).set(one, link);
      }
  }

  /** Delivers to every other region, sooner or later; a run waits for it unless it goes on for ever. */
  send(from: string, deliver: (to: string) => void, waited: 'waited for' | 'in the background' = 'waited for'): void {
    for (const to of this.regions) if (to !== from) this.sendTo(from, to, () => deliver(to), waited);
  }

  /** Whether the two can talk to each other. */
  isUp(one: string, other: string): boolean {
    return !this.dark.has(one) && !this.dark.has(other) && (this.link(one, other)?.cuts ?? 0) === 0;
  }

  cut(one: string, other: string): void {
    const link = this.link(one, other);
    if (link) link.cuts += 1;
  }

  mend(one: string, other: string): void {
    const link = this.link(one, other);
    if (link) link.cuts -= 1;
    this.release(one, other);
  }

  isolate(region: string): void {
    this.dark.add(region);
  }

  rejoin(region: string): void {
    this.dark.delete(region);
    for (const other of this.regions) if (other !== region) this.release(region, other);
  }

  private sendTo(from: string, to: string, deliver: () => void, waited: string): void {
    const { time } = this;
    const link = this.link(from, to);
    if (!link) return;
    // What is on its way when the line is cut arrives when it is mended.
    const arrive = (): void => {
      if (this.isUp(from, to)) deliver();
      else link.held.push(again);
    };
    const again = (): void => {
      const lag = time.between(0, link.lagMilliseconds);
      if (waited === 'waited for') time.in(lag, arrive);
      else time.inBackground(lag, arrive);
    };
    again();
  }

  private linksOf(region: string): Map<string, Link> {
    const links = this.links.get(region) ?? new Map<string, Link>();
    this.links.set(region, links);
    return links;
  }

  private link(one: string, other: string): Link | undefined {
    return this.links.get(one)?.get(other);
  }

  private release(one: string, other: string): void {
    if (!this.isUp(one, other)) return;
    for (const again of this.link(one, other)?.held.splice(0) ?? []) again();
  }
}
