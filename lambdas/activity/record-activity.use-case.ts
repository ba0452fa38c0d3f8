import type { Cause } from '../shared/cause';
import type { Clock } from '../shared/clock.port';
import { LogOverloadedError, LogUnavailableError } from '../shared/event-log.errors';
import type { EventLog } from '../shared/event-log.port';
import type { ProblemField } from '../shared/problem';
import { SubjectErasedError } from '../shared/sealed.errors';
import type { CustomerSealer, SealField } from '../shared/subject-seals';
import { activityEvents, visitEntity } from './activity-events';
import { decideRecording } from './activity-recording';
import type { RecordActivityBody } from './record-activity.contract';
import { sealedQueryField } from './sealed-query';

/** What record-activity needs. */
export interface RecordActivityDeps {
  readonly log: EventLog;
  /** Seals what customers search for. */
  readonly sealerOf: CustomerSealer;
  readonly clock: Clock;
  /** The region that takes the request. */
  readonly region: string;
}

/** One request. */
export interface RecordActivityRequest {
  readonly body: RecordActivityBody;
  readonly cause: Cause;
}

/** `erased`: the customer's data were erased, and nothing is recorded of them under this id again. `overloaded` and `unavailable`: some events may be in the log; the same request again does no harm. */
export type RecordActivityResult =
  | { readonly kind: 'recorded'; readonly accepted: number; readonly through: number }
  | { readonly kind: 'erased' }
  | { readonly kind: 'unacceptable'; readonly faults: readonly ProblemField[] }
  | { readonly kind: 'overloaded' | 'unavailable'; readonly retryAfterSeconds: number; readonly cause: Error };

/** After how many seconds a log that did not answer is worth another try. */
const UNAVAILABLE_RETRY_SECONDS = 5;

const withSealedQueries = ({ events, ...visit }: RecordActivityBody, seal: SealField): RecordActivityBody => ({
  ...visit,
  events: events.map((event) => {
    if (event.query === undefined) return event;
    return { ...event, query: seal(sealedQueryField(visitEntity(visit.visitId), event.sequence), event.query) };
  }),
});

/**
 * Puts what a customer did on the log, and answers when the log has it. There is no state in between and nothing to remember: the same request again makes
 * the same events, and whoever reads the log takes each once. What is searched for is sealed from here on; the customer's key is asked for also when nothing
 * is, so that an erasure knows the customer and nothing more is recorded after it.
 */
export const recordActivity =
  ({ log, sealerOf, clock, region }: RecordActivityDeps) =>
  async ({ body, cause }: RecordActivityRequest): Promise<RecordActivityResult> => {
    const decision = decideRecording(body, clock.now());
    if (decision.kind === 'unacceptable') return decision;
    try {
      const sealed = withSealedQueries(body, await sealerOf(body.customerId));
      await log.append(activityEvents(sealed, cause, region));
    } catch (error) {
      if (error instanceof SubjectErasedError) return { kind: 'erased' };
      if (error instanceof LogOverloadedError)
        return { kind: 'overloaded', retryAfterSeconds: error.retryAfterSeconds, cause: error };
      if (error instanceof LogUnavailableError)
        return { kind: 'unavailable', retryAfterSeconds: UNAVAILABLE_RETRY_SECONDS, cause: error };
      throw error;
    }
    const through = Math.max(...body.events.map(({ sequence }) => sequence));
    return { kind: 'recorded', accepted: body.events.length, through };
  };
