import type { World } from './world';

/** The provider could not be reached, or its answer was lost. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
}

/** Tries that fail for a stubborn key: more than the consumer has attempts, so that its group is parked. */
const STUBBORN_TRIES = 5;

/** Tries that a deadly key kills: all that the consumer has for it, and the first redrive. */
const DEADLY_TRIES = 10;

/** A payment provider with idempotency keys: the same key has one effect, however often it is asked. */
export class SimulatedProvider {
  /** Effects by key. */
  readonly ledger = new Map<string, number>();
  private readonly tries = new Map<string, number>();

  constructor(private readonly world: World) {}

  async charge(key: string): Promise<string> {
    if (this.isDown(key)) throw new ProviderError('down');
    if (!this.ledger.has(key)) this.ledger.set(key, 1);
    if (this.world.strikes('provider does it, but its answer is lost')) throw new ProviderError('timed out');
    return key;
  }

  /** About one key in 2,000 is answered with something that whoever asks dies of, until somebody has repaired it. */
  isDeadly(key: string): boolean {
    return Number.parseInt(key.slice(-6), 16) % 2_000 === 7;
  }

  /** Whether the answer kills this time. */
  kills(key: string): boolean {
    if (!this.isDeadly(key)) return false;
    const tries = (this.tries.get(key) ?? 0) + 1;
    this.tries.set(key, tries);
    return tries <= DEADLY_TRIES;
  }

  /** About one key in 400 fails at first. The key is a UUID: its last digits are as good as random. */
  private isDown(key: string): boolean {
    if (Number.parseInt(key.slice(-6), 16) % 400 !== 0) return false;
    const tries = (this.tries.get(key) ?? 0) + 1;
    this.tries.set(key, tries);
    return tries <= STUBBORN_TRIES;
  }
}
