import type { AcceptedMessage } from './accepted-message';
import type { Delivered } from './envelope';
import type { Log } from './log.port';
import type { MessageVisibility } from './message-visibility.port';
import type { Parking } from './parking.port';
import type { RegionGate } from './region-gate.port';
import type { Tries } from './tries.port';

/** A message that was parked. `message` is missing when it could not be read. */
export interface ParkedDelivery {
  readonly caseId: string;
  /** `AttemptsExhausted`, `Unreadable`, `WorkerLost`, or `GroupParked` for a message behind one that was parked. */
  readonly reason: string;
  readonly message?: Delivered<unknown>;
}

/** How a FIFO queue is consumed. */
export interface FifoConsumerOptions {
  /** Name in logs, for example `charge-payment`. */
  readonly consumer: string;
  readonly accepts: readonly AcceptedMessage[];
  readonly parking: Parking;
  readonly visibility: MessageVisibility;
  readonly tries: Tries;
  /**
   * The delivery from which on a try that fails parks the message's group. A message that kills its worker is parked after as
   * many tries again, so the queue's maxReceiveCount must be well above twice this.
   */
  readonly attempts: number;
  /** Runs after a message was stored and before it is acknowledged; so at least once, and must bear to be repeated. */
  readonly onParked?: (parked: ParkedDelivery) => Promise<void>;
  /** Where it is closed, nothing is handled or parked, and messages come back later. @default none: always open */
  readonly gate?: Pick<RegionGate, 'assertActive'>;
  /** @default the process's logger */
  readonly log?: Log;
}
