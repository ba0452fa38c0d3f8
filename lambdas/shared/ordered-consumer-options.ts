import type { Clock } from './clock.port';
import type { Log } from './log.port';
import type { OrderedLog } from './ordered-log.port';
import type { OrderedStore } from './ordered-store.port';
import type { Parking } from './parking.port';
import type { RegionGate } from './region-gate.port';
import type { StreamCheckpoints } from './stream-checkpoints.port';
import type { AcceptedStreamEvent } from './stream-event';

/** How an ordered stream is consumed. */
export interface OrderedConsumerOptions {
  /** Name in logs and keys, for example `activity.timeline`. */
  readonly consumer: string;
  readonly accepts: readonly AcceptedStreamEvent[];
  /** Types that take their turn and change nothing. */
  readonly ignores: readonly string[];
  readonly store: OrderedStore;
  readonly parking: Parking;
  readonly checkpoints: StreamCheckpoints;
  readonly clock: Clock;
  /** How long a missing event may still arrive by itself, in seconds. */
  readonly gapPatienceSeconds: number;
  /** The log, to read it again. @default none: what is missing is parked when the patience ends, and nothing is replayed */
  readonly source?: OrderedLog;
  /** Where it is closed, nothing is handled or parked, and records come again later. @default none: always open */
  readonly gate?: Pick<RegionGate, 'assertActive'>;
  /** @default the process's logger */
  readonly log?: Log;
}
