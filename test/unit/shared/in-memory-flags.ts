import type { FlagUse, FlagValue } from '../../../lambdas/shared/flag-use.contract';
import type { Flags } from '../../../lambdas/shared/flags.port';

/** Flags that a test sets; all others are at their defaults. */
export class InMemoryFlags implements Flags {
  private readonly values = new Map<string, FlagValue>();

  set<Value extends FlagValue>(use: FlagUse<Value>, value: Value): void {
    this.values.set(use.key, value);
  }

  async valueFor<Value extends FlagValue>({ key, default: byDefault }: FlagUse<Value>): Promise<Value> {
    const value = this.values.get(key);
    return value === undefined ? byDefault : (value as Value);
  }
}
