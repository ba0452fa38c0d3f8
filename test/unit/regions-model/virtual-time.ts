import { setImmediate } from 'node:timers';
import type { Clock } from '../../../lambdas/shared/clock.port';
import { seededRandom } from '../simulation/random';
import { Timeline } from '../simulation/timeline';

const begin = Date.UTC(2026, 0, 1);

/** Milliseconds since the run began, the seeded randomness, and everything that is yet to happen. */
export class VirtualTime {
  /** Epoch milliseconds. */
  now = begin;
  readonly random: () => number;
  /** What nobody was there to catch: the run is worth nothing then. */
  readonly failures: unknown[] = [];
  private readonly timeline = new Timeline();
  private awaited = 0;
  private woken = false;

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  /** Seconds since the run began. */
  get seconds(): number {
    return (this.now - begin) / 1_000;
  }

  /** A clock that is wrong by that many milliseconds. */
  clock(skewMilliseconds = 0): Clock {
    return { now: () => new Date(this.now + skewMilliseconds) };
  }

  /** A whole number in [least, most]. */
  between(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1));
  }

  /** Whether something of this likelihood happens now. */
  chance(likelihood: number): boolean {
    return this.random() < likelihood;
  }

  /** Something that the run has to wait for. It must not wait for anything itself. */
  in(milliseconds: number, happen: () => void): void {
    this.awaited += 1;
    this.timeline.add(this.now + milliseconds, () => {
      this.awaited -= 1;
      happen();
    });
  }

  /** Something that goes on and on, and that no run waits for. */
  inBackground(milliseconds: number, happen: () => void): void {
    this.timeline.add(this.now + milliseconds, happen);
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.in(milliseconds, () => this.wake(resolve)));
  }

  /** Lets somebody go on who waits. */
  wake(resolve: () => void): void {
    this.woken = true;
    resolve();
  }

  /** Begins something that waits; whoever begins it does not. */
  start(work: () => Promise<void>): void {
    this.woken = true;
    work().catch((error: unknown) => this.failures.push(error));
  }

  /** Lets everything happen, until nothing is left but what goes on for ever or the time is over. */
  async run(untilSeconds: number): Promise<'idle' | 'late'> {
    const end = begin + untilSeconds * 1_000;
    await this.settle();
    while (this.awaited > 0 && this.now < end) {
      this.now = this.timeline.next;
      this.timeline.run(this.now);
      await this.settle();
    }
    return this.awaited > 0 ? 'late' : 'idle';
  }

  // Whoever was woken goes on as far as he gets: promises that are settled are worked off before the next macrotask.
  private async settle(): Promise<void> {
    if (!this.woken) return;
    this.woken = false;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
