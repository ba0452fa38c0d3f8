import * as z from 'zod/mini';
import type { RowPlace } from './left-rows.port';

/** How far a segment is read. */
export type SegmentPlace = { readonly done: true } | { readonly done: false; readonly from: RowPlace };

const place = z.object({ pk: z.string(), sk: z.string() });
const stored = z.array(z.union([z.literal('done'), z.literal('begin'), place]));

/** A cursor was not made by a take-over of as many segments. */
export class CursorError extends Error {
  override readonly name = 'CursorError';
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CursorError(`a cursor cannot be read: ${text}; expected what the last call answered`, { cause });
  }
};

/**
 * The places of all segments; without a cursor, their beginnings.
 * @throws CursorError
 */
export const readCursor = (cursor: string | undefined, segments: number): SegmentPlace[] => {
  if (cursor === undefined) return Array.from({ length: segments }, () => ({ done: false, from: undefined }));
  const places = stored.safeParse(parsed(cursor));
  if (!places.success || places.data.length !== segments)
    throw new CursorError(
      `a cursor does not fit ${segments} segments: ${cursor}; expected what the last call answered`,
    );
  return places.data.map((at) =>
    at === 'done' ? { done: true } : { done: false, from: at === 'begin' ? undefined : at },
  );
};

/** The cursor to go on from, or `undefined` when every segment is done. */
export const cursorOf = (places: readonly SegmentPlace[]): string | undefined =>
  places.every(({ done }) => done)
    ? undefined
    : JSON.stringify(places.map((at) => (at.done ? 'done' : (at.from ?? 'begin'))));
