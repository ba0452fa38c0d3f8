import type { Clock } from '../../../lambdas/shared/clock.port';
import { seededRandom } from '../simulation/random';

/** Virtual time, the seeded randomness, and the strikes of one run. */
export class FaultyWorld {
  /** Epoch milliseconds. */
  now = Date.UTC(2026, 10, 23, 8);
  readonly clock: Clock = { now: () => new Date(this.now) };
  readonly random: () => number;
  /** How often each fault has happened. */
  readonly struck = new Map<string, number>();
  private sleepers: { readonly at: number; readonly wake: () => void }[] = [];

  constructor(
    seed: number,
    /** Multiplies the likelihood of every fault. */
    private readonly rate: number,
  ) {
    this.random = seededRandom(seed);
  }

  strikes(fault: string, likelihood: number): boolean {
    if (this.random() >= likelihood * this.rate) return false;
    this.happened(fault);
    return true;
  }

  happened(fault: string): void {
    this.struck.set(fault, (this.struck.get(fault) ?? 0) + 1);
  }

  /** A whole number in [least, most]. */
  between(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1));
  }

  sleep(seconds: number): Promise<void> {
    return new Promise((wake) => this.sleepers.push({ at: this.now + seconds * 1_000, wake }));
  }

  get asleep(): number {
    return this.sleepers.length;
  }

  /** Lets time pass, and wakes whoever has slept for long enough. */
  pass(seconds: number): void {
    this.now += seconds * 1_000;
    const awake = this.sleepers.filter(({ at }) => at <= this.now);
    this.sleepers = this.sleepers.filter(({ at }) => at > this.now);
    for (const { wake } of awake) wake();
  }
}
