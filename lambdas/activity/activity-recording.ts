import type { ProblemField } from '../shared/problem';
import type { RecordActivityBody } from './record-activity.contract';

/** How far a shop's clock may be ahead of ours, in milliseconds: clocks that are set by the network differ by far less. */
const MAX_CLOCK_AHEAD_MS = 5 * 60_000;

/** How old an event may be, in days: a shop that was without a network sends late; positions outlive this, so that it is known what was had. */
const MAX_AGE_DAYS = 30;

type ActivityEvent = RecordActivityBody['events'][number];

/** What becomes of a request to record activity: all of it is recorded, or nothing. */
export type RecordingDecision =
  | { readonly kind: 'record' }
  | { readonly kind: 'unacceptable'; readonly faults: readonly ProblemField[] };

const detailFaults = ({ kind, sku, query }: ActivityEvent, field: string): readonly ProblemField[] => {
  const isSearch = kind === 'searched';
  const [needed, stray] = isSearch ? (['query', 'sku'] as const) : (['sku', 'query'] as const);
  const given = { sku, query };
  return [
    ...(given[needed] === undefined
      ? [{ field: `${field}.${needed}`, expected: `a ${needed}: the kind is ${kind}` }]
      : []),
    ...(given[stray] === undefined ? [] : [{ field: `${field}.${stray}`, expected: `none: the kind is ${kind}` }]),
  ];
};

/**
 * Decides whether events of a visit can be recorded: their numbers rise, none is of the future or of long ago, and each says what its kind needs. Numbers may leave
 * gaps, because a shop may send a later batch first; consumers wait for what is missing.
 */
export const decideRecording = ({ events }: RecordActivityBody, now: Date): RecordingDecision => {
  const latest = new Date(now.getTime() + MAX_CLOCK_AHEAD_MS);
  const earliest = new Date(now.getTime() - MAX_AGE_DAYS * 86_400_000);
  const faults = events.flatMap((event, index): readonly ProblemField[] => {
    const field = `events[${index}]`;
    const before = events[index - 1];
    const { sequence, occurredAt } = event;
    return [
      ...(before !== undefined && sequence <= before.sequence
        ? [
            {
              field: `${field}.sequence`,
              value: sequence,
              expected: `more than ${before.sequence}, that of the event before it`,
            },
          ]
        : []),
      ...(Date.parse(occurredAt) > latest.getTime()
        ? [
            {
              field: `${field}.occurredAt`,
              value: occurredAt,
              expected: `at most ${latest.toISOString()}, five minutes from now`,
            },
          ]
        : []),
      ...(Date.parse(occurredAt) < earliest.getTime()
        ? [
            {
              field: `${field}.occurredAt`,
              value: occurredAt,
              expected: `at least ${earliest.toISOString()}, ${MAX_AGE_DAYS} days ago`,
            },
          ]
        : []),
      ...detailFaults(event, field),
    ];
  });
  return faults.length === 0 ? { kind: 'record' } : { kind: 'unacceptable', faults };
};
