import type { AccessRecord, RecordClass } from '../../lambdas/shared/access-record.contract';

/** What an auditor looks for. All that is given must hold. */
export interface SearchFilter {
  /** For example `order/<uuid>`. */
  readonly subject?: string;
  /** Id of the actor. */
  readonly actor?: string;
  /** For example `order.read`. */
  readonly action?: string;
  /** @default both classes */
  readonly class?: RecordClass;
  /** RFC 3339 in UTC; `from` is included, `to` is not. */
  readonly from: string;
  readonly to: string;
}

/** Whether a record is looked for. */
export const isLookedFor = (
  record: AccessRecord,
  { subject, actor, action, from, to, ...filter }: SearchFilter,
): boolean => {
  const time = Date.parse(record.time);
  return (
    time >= Date.parse(from) &&
    time < Date.parse(to) &&
    (subject === undefined || record.subject === subject) &&
    (actor === undefined || record.actor.id === actor) &&
    (action === undefined || record.action === action) &&
    (filter.class === undefined || record.class === filter.class)
  );
};

const HOUR_MS = 3_600_000;

/** A record that waited in a backlog is stored hours after its time. Later than a day, a wider `--to` finds it. */
const LATE_MS = 24 * HOUR_MS;

/** An object is named after the hour of the oldest record in it, so its last ones may be of the next: Firehose gathers for 15 minutes at most. */
const GATHERED_MS = HOUR_MS;

/** What the keys of a class begin with that may hold records of the time. */
export const partitionsOf = (
  { from, to }: SearchFilter,
  recordClass: RecordClass,
  nowMs: number,
): readonly string[] => {
  const first = Math.floor((Date.parse(from) - GATHERED_MS) / HOUR_MS);
  const last = Math.floor(Math.min(Date.parse(to) + LATE_MS, nowMs) / HOUR_MS);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => {
    const [day = '', time = ''] = new Date((first + index) * HOUR_MS).toISOString().split('T');
    const [year, month, date] = day.split('-');
    return `class=${recordClass}/year=${year}/month=${month}/day=${date}/hour=${time.slice(0, 2)}/`;
  });
};
