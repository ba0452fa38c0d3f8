import { encodeEvent } from '../../../lambdas/shared/avro-writer';
import { eventIdOf } from '../../../lambdas/shared/deterministic-id';
import { readEnvelope } from '../../../lambdas/shared/envelope-reader';
import type { EventContract } from '../../../lambdas/shared/event-contract';
import { LatestTime } from '../../../lambdas/shared/event-time';
import type { Effect } from '../../../lambdas/shared/ordered-effect';
import { EventProjector } from '../../../lambdas/shared/ordered-projection';
import type { AcceptedStreamEvent } from '../../../lambdas/shared/stream-event';

/** An event of a context and where it was in the log. */
export interface ProjectedEvent {
  readonly subject: string;
  readonly sequence: number;
  /** RFC 3339. @default eight o'clock */
  readonly time?: string;
  /** Of the log, in milliseconds after eight o'clock. @default 0 */
  readonly arrivedAfter?: number;
  /** @default '49' */
  readonly sequenceNumber?: string;
}

/** When these events happen, unless they say otherwise. */
export const EIGHT = '2026-11-23T08:00:00.000Z';

/** What a consumer's projections make of an event as it comes over the wire. */
export const projected = <T>(
  accepts: readonly AcceptedStreamEvent[],
  contract: EventContract<T>,
  data: T,
  { subject, sequence, time = EIGHT, arrivedAfter = 0, sequenceNumber = '49' }: ProjectedEvent,
): readonly Effect[] => {
  const { type, schemaVersionId } = contract;
  const envelope = readEnvelope(
    JSON.stringify({
      ...{ specversion: '1.0', id: eventIdOf(subject, sequence, type), source: '/tenfold/test', type, time, subject },
      ...{ sequence, correlationid: 'c', causationid: 'c', originregion: 'sa-east-1' },
      ...{ dataschema: `urn:avro:${schemaVersionId}` },
      data_base64: Buffer.from(encodeEvent(contract, data)).toString('base64'),
    }),
  );
  const shardId = 'shardId-000000000001';
  const arrivedAt = Date.parse(EIGHT) + arrivedAfter;
  const place = { lane: `sa-east-1:${shardId}`, shardId, sequenceNumber, arrivedAt };
  const projector = new EventProjector('test', accepts, []);
  const projection = projector.project(envelope, place, new LatestTime(new Date(arrivedAt)));
  if (projection.kind === 'poison') throw new TypeError(projection.explanation);
  return projection.effects;
};
