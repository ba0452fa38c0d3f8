import { assertSuccessor } from './assert-successor';
import type { LeftRows } from './left-rows.port';
import { UnreadableMessageError } from './message.errors';
import { outboxLines } from './outbox-line';
import { readOutboxRow } from './outbox-row-reader';
import { isOverruled, type TakenOverEntity } from './outbox-takeover';
import type { RegionGate } from './region-gate.port';
import type { TakenOver, TakeOverRequest } from './relay-outbox.contract';
import { RelayRun, type RelayRunDeps } from './relay-run';
import type { StreamRow } from './stream-consumer';
import { cursorOf, readCursor } from './take-over-cursor';

/** What a take-over works with. */
export interface TakeOverRowsDeps extends RelayRunDeps {
  /** The region it runs in. */
  readonly region: string;
  readonly gate: RegionGate;
  readonly left: LeftRows;
}

/** What a call may use. */
export interface TakeOverCall {
  /** The relay's own ARN: where an operator redrives what has to be parked. */
  readonly redriveFunction: string;
  /** Whether another page may be begun. */
  readonly hasTime: () => boolean;
}

/** Rows of an evacuated region were not taken by the topic; the call may be repeated from the same cursor. */
export class RowsLeftError extends Error {
  override readonly name = 'RowsLeftError';
}

const overruled = (row: StreamRow, entity: TakenOverEntity | undefined): boolean => {
  if (entity === undefined) return false;
  try {
    return isOverruled(readOutboxRow(row.item), entity);
  } catch (error) {
    // The run parks it, where an operator sees it.
    if (error instanceof UnreadableMessageError) return false;
    throw error;
  }
};

/**
 * Publishes what an evacuated region has left in its outbox, in order per entity. What it had published before is published again:
 * which rows those are, only the region knows; consumers know the events by their ids. So does a case of the region that publishes a
 * row once more. A row that tells what an adoption has overruled is left out. A row is parked only when the topic will never take it:
 * all are late, and what fails now is repeated.
 * @throws RegionFencedError this region may not write now
 * @throws RegionNotEvacuatedError the region was not evacuated to this one
 * @throws RowsLeftError the topic does not take some of them now
 */
export const takeOverRows =
  ({ region: here, gate, left, ...run }: TakeOverRowsDeps) =>
  async ({ takeOver }: TakeOverRequest, { redriveFunction, hasTime }: TakeOverCall): Promise<TakenOver> => {
    const { region, since, cursor } = takeOver;
    await assertSuccessor(gate, here, region);
    const places = readCursor(cursor, left.segments);
    let [looked, published, parked] = [0, 0, 0];

    const publish = async (rows: readonly StreamRow[]): Promise<void> => {
      looked += rows.length;
      const entities = await left.entitiesOf(rows.map(({ key }) => key.pk));
      const due = rows.filter((row) => !overruled(row, entities.get(row.key.pk)));
      const parkedBefore = parked;
      const report = {
        // Most were published before: how late they are says nothing of the relay.
        published: () => undefined,
        parked: (subject: string, reason: string) => {
          parked += 1;
          run.report.parked(subject, reason);
        },
        postponed: (subject: string, reason: string) => run.report.postponed(subject, reason),
      };
      const patience = Number.POSITIVE_INFINITY;
      const again = await new RelayRun({ ...run, report }, redriveFunction, patience).publishAll(outboxLines(due));
      published += due.length - (parked - parkedBefore) - again.length;
      const [first] = again;
      if (first)
        throw new RowsLeftError(`${again.length} rows were not published, the first is ${first.sequenceNumber}`);
    };

    const readSegment = async (segment: number): Promise<void> => {
      for (let at = places[segment]; at !== undefined && !at.done && hasTime(); at = places[segment]) {
        const { rows, next } = await left.page(segment, { region, since }, at.from);
        await publish(rows);
        places[segment] = next === undefined ? { done: true } : { done: false, from: next };
      }
    };

    const ended = await Promise.allSettled(places.map((_, segment) => readSegment(segment)));
    for (const outcome of ended) if (outcome.status === 'rejected') throw outcome.reason;
    const rest = cursorOf(places);
    return {
      looked,
      published,
      parked,
      skipped: looked - published - parked,
      ...(rest !== undefined && { cursor: rest }),
    };
  };
