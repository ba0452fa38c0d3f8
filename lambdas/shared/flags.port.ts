import type { FlagUse, FlagValue } from './flag-use.contract';

/** Answers flags to code. */
export interface Flags {
  /** What the flag says to a client. Never rejects: without anything better, the default of the use is the answer. */
  valueFor<Value extends FlagValue>(use: FlagUse<Value>, clientId: string): Promise<Value>;
}
