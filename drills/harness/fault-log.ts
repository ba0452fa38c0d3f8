/** One kind of fault: how often it had to happen, and how often it did. */
export interface FaultCount {
  readonly name: string;
  readonly atLeast: number;
  readonly happened: number;
  /** Seconds after the start of the drill; at most the first 500. */
  readonly at: readonly number[];
}

const KEPT_TIMES = 500;

/** What was injected. A drill whose fault did not happen has proven nothing, and fails. */
export class FaultLog {
  readonly #startedAt: number;
  readonly #now: () => number;
  readonly #counts = new Map<string, { atLeast: number; happened: number; at: number[] }>();

  /** @param now milliseconds since any epoch */
  constructor(now: () => number) {
    this.#now = now;
    this.#startedAt = now();
  }

  /** Declares a fault that this run must inject at least so often. */
  expect(name: string, atLeast: number): void {
    const known = this.#counts.get(name);
    this.#counts.set(name, { atLeast, happened: known?.happened ?? 0, at: known?.at ?? [] });
  }

  /** Records that a fault took effect: not that it was ordered. @throws RangeError the fault was never declared */
  happened(name: string, times = 1): void {
    const count = this.#counts.get(name);
    if (!count)
      throw new RangeError(`fault ${name} was not declared; declared are ${[...this.#counts.keys()].join(', ')}`);
    count.happened += times;
    if (times > 0 && count.at.length < KEPT_TIMES) count.at.push((this.#now() - this.#startedAt) / 1000);
  }

  counts(): FaultCount[] {
    return [...this.#counts].map(([name, count]) => ({ name, ...count }));
  }
}
