import type { Log } from '../shared/log.port';
import { RegionFencedError } from '../shared/region-gate.errors';
import type { RegionGate } from '../shared/region-gate.port';
import type { Timer } from '../shared/timer.port';
import type { EventTopic } from './event-topic.port';
import { decideHealth, type Finding, type RegionHealth } from './region-health';

/** What check-health needs. */
export interface CheckHealthDeps {
  /** A gate over each context's own table, by context. */
  readonly gates: { readonly [context: string]: RegionGate };
  readonly topic: EventTopic;
  readonly timer: Timer;
  readonly log: Log;
}

/**
 * How long a dependency may take, in milliseconds. A checker of Route 53 waits two seconds for the whole answer, of which a cold start
 * may take half a second.
 */
export const patienceMilliseconds = 1_000;

/**
 * Looks at everything that the region needs to take an order, all at once, and answers within a bounded time whatever happens.
 * A gate that lets pass shows two things: the table can be read, and the region may write it.
 */
export const checkHealth =
  ({ gates, topic, timer, log }: CheckHealthDeps) =>
  async (): Promise<RegionHealth> => {
    const patience = timer.after(patienceMilliseconds);
    const look = async (about: string, well: Promise<void>): Promise<Finding> => {
      try {
        const kind = await Promise.race([well.then(() => 'well' as const), patience.then(() => 'late' as const)]);
        return { about, kind };
      } catch (error) {
        if (error instanceof RegionFencedError) return { about, kind: error.standing.kind };
        log.warn('dependency unreachable', { about, error });
        return { about, kind: 'unreachable' };
      }
    };
    const health = decideHealth(
      await Promise.all([
        ...Object.entries(gates).map(([context, gate]) => look(`${context} table`, gate.assertActive())),
        look('event topic', topic.assertKnown()),
      ]),
    );
    if (health.kind === 'out-of-service') log.warn('region out of service', { because: health.because });
    return health;
  };
