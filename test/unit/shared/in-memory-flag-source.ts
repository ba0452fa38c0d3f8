import type { FlagSource, LatestFlags } from '../../../lambdas/shared/flag-source.port';

/** A source that answers what a test has deployed to it, once, and nothing new from then on; or does not answer at all. */
export class InMemoryFlagSource implements FlagSource {
  /** How often it was asked. */
  polls = 0;
  private text: string | undefined;
  private away = false;
  private held: Promise<unknown> = Promise.resolve();

  constructor(private readonly pollAfterSeconds = 15) {}

  deploy(text: string): void {
    this.text = text;
  }

  goAway(): void {
    this.away = true;
  }

  comeBack(): void {
    this.away = false;
  }

  /** Lets the next poll wait; answers what ends the wait. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.held = promise;
    return () => resolve(undefined);
  }

  async latest(): Promise<LatestFlags> {
    this.polls += 1;
    await this.held;
    if (this.away) throw new Error('the source is away');
    const { text, pollAfterSeconds } = this;
    this.text = undefined;
    return text === undefined ? { pollAfterSeconds } : { text, pollAfterSeconds };
  }
}
