import type { Fault, Operation } from './fault';

/** The faults of one of the sandbox's services. */
export interface Faults {
  /** The fault that hits this request, if any; counts it. Concurrent requests never share the last time. */
  take(operation: Operation, reference: string): Promise<Fault | undefined>;
  put(fault: Fault): Promise<void>;
  /** Every fault that was switched on and not removed, with the times that are left. */
  list(): Promise<readonly Fault[]>;
  /** Removes all faults. */
  clear(): Promise<void>;
}
