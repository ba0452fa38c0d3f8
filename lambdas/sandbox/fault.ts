/** What can be asked of the sandbox's services; `*` stands for all of it. */
export type Operation = 'charge' | 'void' | 'parcel' | 'recall' | 'dispatch';

/**
 * How a service misbehaves. `decline`: a business "no". `error`: 503 without the effect. `slow`: waits, then does it.
 * `timeout-after`: does it, waits, then answers 504. `down`: 503 to every operation.
 */
export type FaultMode = 'decline' | 'error' | 'slow' | 'timeout-after' | 'down';

/** A fault that is switched on. The latest of an operation and a reference replaces the one before. */
export interface Fault {
  readonly operation: Operation | '*';
  /** The order it hits; absent for all. */
  readonly reference?: string;
  readonly mode: FaultMode;
  /** How many more requests it hits; absent: until it is removed. */
  readonly times?: number;
  /** How long `slow` and `timeout-after` wait. */
  readonly delayMilliseconds: number;
}

/** A fault as it is found: the narrower one wins. */
export const faultKeysFor = (
  operation: Operation,
  reference: string,
): readonly { readonly operation: Operation | '*'; readonly reference?: string }[] => [
  { operation, reference },
  { operation: '*', reference },
  { operation },
  { operation: '*' },
];
