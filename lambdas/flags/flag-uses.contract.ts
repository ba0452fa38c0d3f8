import { linesPerOrder } from '../ordering/ordering-flags.contract';
import type { FlagUse } from '../shared/flag-use.contract';

/** Every flag that code reads, of all contexts. What is deployed has to have each of them, with a value of its type. */
export const flagUses: readonly FlagUse[] = [linesPerOrder];
