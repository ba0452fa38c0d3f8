/** A request as the gateway logs it. */
export interface GatewayRequest {
  readonly requestId: string;
  /** `<METHOD> <path>`, for example `GET /v1/orders/{orderId}`. */
  readonly route: string;
  /** What the function behind the gateway answered. @default it was not asked, or did not answer */
  readonly functionStatus?: number;
}

/**
 * Whether an answer must have a record: it told something about a subject. Requests that the gateway refused, that did not fit the
 * contract, or that failed told nothing.
 */
const mustBeRecorded = (status: number | undefined): boolean =>
  status !== undefined && ((status >= 200 && status < 300) || [403, 404, 409, 410].includes(status));

/** The requests to audited routes that must have a record. */
export const requestsToRecord = (
  requests: readonly GatewayRequest[],
  auditedRoutes: readonly string[],
): readonly GatewayRequest[] =>
  requests.filter(({ route, functionStatus }) => auditedRoutes.includes(route) && mustBeRecorded(functionStatus));

/** What a comparison came to. */
export interface Completeness {
  /** Minute since 1970. */
  readonly minute: number;
  /** Requests that must have a record. */
  readonly expected: number;
  /** Those that have none, by route. */
  readonly missing: { readonly [route: string]: readonly string[] };
}

/** Compares what must be recorded with what is. */
export const completenessOf = (
  minute: number,
  toRecord: readonly GatewayRequest[],
  recorded: ReadonlySet<string>,
): Completeness => {
  const missing: Record<string, string[]> = {};
  for (const { route, requestId } of toRecord)
    if (!recorded.has(requestId)) missing[route] = [...(missing[route] ?? []), requestId];
  return { minute, expected: toRecord.length, missing };
};

/** Minutes that a request's record may be of, when the gateway took the request in `minute`: it is written while the request runs, 29 s at most. */
export const minutesOfRecords = (minute: number): readonly number[] => [minute - 1, minute, minute + 1];

/** After so many minutes a minute is compared: by then its log and its records are there, but for those of a backlog. */
export const COMPARED_AFTER_MINUTES = 4;

/** Most minutes that one run compares, so that a long pause is caught up with by and by. */
const MOST_MINUTES = 10;

/** The minutes to compare now, the oldest first: none is left out, whatever was down. A first run begins with the newest. */
export const minutesToCompare = (nowMs: number, last: number | undefined): readonly number[] => {
  const newest = Math.floor(nowMs / 60_000) - COMPARED_AFTER_MINUTES;
  const from = last === undefined ? newest : last + 1;
  const count = Math.min(MOST_MINUTES, Math.max(0, newest - from + 1));
  return Array.from({ length: count }, (_, index) => from + index);
};
