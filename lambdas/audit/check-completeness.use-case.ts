import type { Clock } from '../shared/clock.port';
import type { CompletenessCheck } from './check-completeness.contract';
import type { ComparedMinutes } from './compared-minutes.port';
import {
  type Completeness,
  completenessOf,
  minutesOfRecords,
  minutesToCompare,
  requestsToRecord,
} from './completeness';
import type { CompletenessReport } from './completeness-report.port';
import type { GatewayRequests } from './gateway-requests.port';
import type { RecordedRequests } from './recorded-requests.port';

/** What check-completeness needs. */
export interface CheckCompletenessDeps {
  readonly gateway: GatewayRequests;
  readonly recorded: Pick<RecordedRequests, 'noted'>;
  readonly minutes: ComparedMinutes;
  readonly report: CompletenessReport;
  readonly clock: Clock;
  readonly auditedRoutes: readonly string[];
}

/**
 * Compares, minute by minute, the requests that the gateway let through to audited routes with those that have a record. Request by request and
 * not by their number: two errors cannot hide each other, and what is missing has a name. With a `minute`, that one is compared again.
 */
export const checkCompleteness = ({
  gateway,
  recorded,
  minutes,
  report,
  clock,
  auditedRoutes,
}: CheckCompletenessDeps) => {
  const compare = async (minute: number): Promise<Completeness> => {
    const toRecord = requestsToRecord(await gateway.arrivedIn(minute), auditedRoutes);
    const known =
      toRecord.length === 0
        ? new Set<string>()
        : await recorded.noted(
            toRecord.map(({ requestId }) => requestId),
            minutesOfRecords(minute),
          );
    const completeness = completenessOf(minute, toRecord, known);
    report.compared(completeness);
    return completeness;
  };

  return async ({ minute }: CompletenessCheck): Promise<readonly Completeness[]> => {
    if (minute !== undefined) return [await compare(Math.floor(Date.parse(minute) / 60_000))];
    const compared: Completeness[] = [];
    for (const due of minutesToCompare(clock.now().getTime(), await minutes.last())) {
      compared.push(await compare(due));
      await minutes.moveTo(due);
    }
    return compared;
  };
};
