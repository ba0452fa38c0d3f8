import type { Answer, Effect } from './effect';

/** A request that was answered, by its idempotency key. */
export interface AnsweredRequest {
  /** Digest of method, path and body: the same key with another request is a mistake of the caller's. */
  readonly fingerprint: string;
  readonly answer: Answer;
}

/** What is held under a key, with the number of changes it has seen. */
export interface Held<Holding> {
  readonly holding: Holding;
  readonly version: number;
}

/** Everything a request changes; it becomes true together, or not at all. */
export interface BookEntry<Holding> {
  readonly idempotencyKey: string;
  readonly fingerprint: string;
  readonly key: string;
  /** What the effect was decided on. */
  readonly basedOn: Held<Holding> | undefined;
  readonly effect: Effect<Holding>;
}

/** Another request changed the same thing at the same time; nothing was written. */
export class BooksChangedError extends Error {
  override readonly name = 'BooksChangedError';
}

/** The memory of one of the sandbox's services. */
export interface Books<Holding> {
  read(
    idempotencyKey: string,
    key: string,
  ): Promise<{ readonly answered?: AnsweredRequest; readonly held?: Held<Holding> }>;
  /** @throws BooksChangedError */
  write(entry: BookEntry<Holding>): Promise<void>;
}
