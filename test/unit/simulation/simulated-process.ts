import type { CrashPoint } from './crash-points';
import type { World } from './world';

/** How an invocation ended for whoever started it. A stalled one may still act later. */
export type Ended = 'crashed' | 'stalled';

/**
 * A process that can die at any named point. Death is real: whatever waits at the point waits for ever, so no `catch` and no
 * `finally` of the code under test runs, and nothing the process does afterwards reaches the world.
 */
export class SimulatedProcess {
  ended: Ended | undefined;
  private readonly end: Promise<Ended>;
  private announce: (ended: Ended) => void = () => undefined;

  constructor(private readonly world: World) {
    this.end = new Promise((resolve) => {
      this.announce = resolve;
    });
  }

  /** The process may die here. Answers a promise only when there is something to wait for. */
  pass(point: CrashPoint): Promise<void> | undefined {
    if (this.ended === 'crashed') return new Promise(() => undefined);
    return this.world.strikes(point) ? this.die() : undefined;
  }

  /** The process dies here, whatever is armed. */
  die(): Promise<void> {
    this.ended = 'crashed';
    this.announce('crashed');
    return new Promise(() => undefined);
  }

  /** The process may fall asleep here, for longer than anybody waits for it, and then go on. */
  stall(point: CrashPoint): Promise<void> | undefined {
    if (this.ended === 'crashed') return new Promise(() => undefined);
    if (!this.world.strikes(point)) return undefined;
    this.ended = 'stalled';
    this.announce('stalled');
    return new Promise((resolve) => this.world.in(this.world.between(31, 120), resolve));
  }

  /** The result of an invocation, or how the process ended before there was one. */
  run<T>(invocation: Promise<T>): Promise<T | Ended> {
    return Promise.race([invocation, this.end]);
  }
}
