import type { Clock } from '../../../lambdas/shared/clock.port';
import { type CrashPoint, crashPointNames, crashPoints } from './crash-points';
import { seededRandom } from './random';
import { Timeline } from './timeline';

/** What one run is: everything in it follows from these. */
export interface WorldOptions {
  readonly seed: number;
  /** Where it strikes. */
  readonly armed: ReadonlySet<CrashPoint>;
  /** Multiplies the likelihood of every strike. */
  readonly rate: number;
}

/** Virtual time, the seeded randomness, and the strikes of one run. */
export class World {
  /** Epoch milliseconds. */
  now = Date.UTC(2026, 0, 1);
  readonly clock: Clock = { now: () => new Date(this.now) };
  readonly random: () => number;
  readonly later = new Timeline();
  /** How often each point has struck. */
  readonly struck = new Map<CrashPoint, number>();
  /** Changes with every strike and every effect: two runs with the same digest were the same run. */
  digest = 0x811c9dc5;
  private readonly likelihood = new Map<CrashPoint, number>();

  constructor({ seed, armed, rate }: WorldOptions) {
    this.random = seededRandom(seed);
    for (const point of crashPointNames) if (armed.has(point)) this.likelihood.set(point, crashPoints[point] * rate);
  }

  /** Whether it strikes here and now. */
  strikes(point: CrashPoint): boolean {
    const likelihood = this.likelihood.get(point);
    if (likelihood === undefined || this.random() >= likelihood) return false;
    this.struck.set(point, (this.struck.get(point) ?? 0) + 1);
    this.note(this.now % 0x7fffffff);
    return true;
  }

  note(value: number): void {
    this.digest = Math.imul(this.digest ^ value, 0x01000193) >>> 0;
  }

  /** A whole number in [least, most]. */
  between(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1));
  }

  /** Lets `happen` happen after this many virtual seconds. */
  in(seconds: number, happen: () => void): void {
    this.later.add(this.now + seconds * 1_000, happen);
  }
}
