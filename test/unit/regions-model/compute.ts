import { clockSkewMilliseconds, handoverMilliseconds } from '../../../lambdas/shared/region-handover';
import type { VirtualTime } from './virtual-time';

/** The invocation was lost: what it did, and whether, is not known to whoever called. */
export class InvocationLostError extends Error {
  override readonly name = 'InvocationLostError';
}

/** Most things are quick; few take as long as a write may that was decided by old records. */
const longest = handoverMilliseconds - clockSkewMilliseconds;

/**
 * A region's functions. When the region stops, what they were at is gone for ever, and nothing they would have done reaches the world;
 * what is durable (queues, executions, schedules) goes on when the region does.
 */
export class Compute {
  running = true;
  private life = 0;
  private readonly lost = new Set<() => void>();
  private readonly asleep: (() => void)[] = [];

  constructor(private readonly time: VirtualTime) {}

  /** Time that a function takes for something, milliseconds or seconds; it may not live to see the end of it. */
  pass(): Promise<void> {
    const { time, life } = this;
    const milliseconds = time.chance(0.02) ? time.between(1_000, longest) : time.between(20, 800);
    return new Promise((resolve) =>
      time.in(milliseconds, () => {
        if (this.life === life) time.wake(resolve);
      }),
    );
  }

  /** A wait that outlives the region's darkness. */
  async sleep(milliseconds: number): Promise<void> {
    await this.time.sleep(milliseconds);
    await this.awake();
  }

  /** When the region runs. */
  async awake(): Promise<void> {
    while (!this.running) await new Promise<void>((resolve) => this.asleep.push(resolve));
  }

  /**
   * Calls a function.
   * @throws InvocationLostError the answer did not come; the function may go on all the same
   */
  async invoke<T>(work: () => Promise<T>): Promise<T> {
    await this.awake();
    const { time, lost } = this;
    let lose: () => void = () => undefined;
    const loss = new Promise<never>((_resolve, reject) => {
      lose = () => reject(new InvocationLostError('no answer'));
      lost.add(lose);
    });
    const answered = work().then(async (result) => {
      await this.pass();
      return result;
    });
    // Given up by whoever called, although it works on.
    if (time.chance(0.02)) time.in(time.between(20, 2_000), () => time.wake(lose));
    try {
      return await Promise.race([answered, loss]);
    } finally {
      lost.delete(lose);
    }
  }

  stop(): void {
    this.running = false;
    this.life += 1;
  }

  resume(): void {
    const { time, lost, asleep } = this;
    this.running = true;
    for (const wake of [...lost, ...asleep.splice(0)]) time.wake(wake);
    lost.clear();
  }
}
