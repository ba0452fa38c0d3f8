import type { Clock } from './clock.port';

/** How fast something may be done at most, and by what time it is measured. */
export interface AdaptivePaceOptions {
  readonly perSecond: number;
  readonly clock: Clock;
  /** Waits, in milliseconds. */
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** What is regained of the full rate with each turn that went well, and the part of the rate that is left after a throttle. */
const [REGAINED, LEFT] = [0.02, 0.5];
/** A second throttle within this time is of the same burst: milliseconds. */
const BURST_MILLISECONDS = 1_000;
/** The rate never falls below this, per second: it has to find out when it may rise again. */
const SLOWEST = 1;

/**
 * Spaces turns evenly, at a rate that falls by half when a turn was throttled and rises in equal steps while turns go well: additive increase,
 * multiplicative decrease (Chiu and Jain, 1989), as TCP finds its rate.
 */
export class AdaptivePace {
  private rate: number;
  private freeAt = 0;
  private slowedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: AdaptivePaceOptions) {
    this.rate = options.perSecond;
  }

  /** Turns per second at this moment. */
  get perSecond(): number {
    return this.rate;
  }

  /** Waits for the next turn. */
  async turn(): Promise<void> {
    const now = this.options.clock.now().getTime();
    const at = Math.max(now, this.freeAt);
    this.freeAt = at + 1_000 / this.rate;
    if (at > now) await this.options.wait(at - now);
  }

  /** Told after a turn that was not throttled. */
  wentWell(): void {
    const { perSecond } = this.options;
    this.rate = Math.min(perSecond, this.rate + perSecond * REGAINED);
  }

  /** Told after a turn that was throttled. */
  wasThrottled(): void {
    const now = this.options.clock.now().getTime();
    if (now - this.slowedAt < BURST_MILLISECONDS) return;
    this.slowedAt = now;
    this.rate = Math.max(Math.min(SLOWEST, this.options.perSecond), this.rate * LEFT);
  }
}
