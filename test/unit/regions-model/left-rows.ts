import type { LeftRows } from '../../../lambdas/shared/left-rows.port';
import type { OutboxRow } from '../../../lambdas/shared/outbox';
import type { TakenOverEntity } from '../../../lambdas/shared/outbox-takeover';
import type { StreamRow } from '../../../lambdas/shared/stream-consumer';

/** A row as a stream shows it. */
export const streamRow = (row: OutboxRow, index: number): StreamRow => ({
  sequenceNumber: String(index),
  key: row,
  item: { ...row },
});

const idOf = (subject: string): string => subject.slice(subject.indexOf('/') + 1);

/** What of a replica a take-over reads: one segment of one page. */
export const leftRows = ({
  outbox,
  entities,
}: {
  readonly outbox: readonly OutboxRow[];
  readonly entities: ReadonlyMap<string, TakenOverEntity>;
}): LeftRows => ({
  segments: 1,
  page: async (_segment, { region, since }) => {
    const left = outbox.filter((row) => row.originRegion === region && row.committedAt >= since);
    return { rows: left.sort((one, other) => (one.sk < other.sk ? -1 : 1)).map(streamRow), next: undefined };
  },
  entitiesOf: async (subjects) =>
    new Map(
      subjects.flatMap((subject) => {
        const entity = entities.get(idOf(subject));
        return entity ? [[subject, entity] as const] : [];
      }),
    ),
});
