import { type Books, BooksChangedError } from './books.port';
import type { Answer, Effect } from './effect';

/** A request as far as idempotency is concerned. */
export interface OnceRequest {
  readonly idempotencyKey: string;
  /** Digest of method, path and body. */
  readonly fingerprint: string;
  /** Key of what the request is about. */
  readonly key: string;
}

const keyReused: Answer = {
  kind: 'refused',
  refusal: 'idempotency-key-reused',
  detail: 'the idempotency key was used for another request',
};

/** Two requests about one thing are rare; many at once are a mistake that the caller shall see. */
const ROUNDS = 8;

/**
 * Answers a request once: the same key and request get the same answer for ever, the same key with another request is
 * refused, and of requests at the same time one has the effect.
 * @throws BooksChangedError the same thing kept changing; the caller may ask again under the same key
 */
export const answerOnce =
  <Holding>(books: Books<Holding>) =>
  async (
    { idempotencyKey, fingerprint, key }: OnceRequest,
    decide: (held: Holding | undefined) => Effect<Holding>,
  ): Promise<Answer> => {
    for (let round = 1; ; round += 1) {
      const { answered, held } = await books.read(idempotencyKey, key);
      if (answered) return answered.fingerprint === fingerprint ? answered.answer : keyReused;
      const effect = decide(held?.holding);
      if (effect.passing) return effect.answer;
      try {
        await books.write({ idempotencyKey, fingerprint, key, basedOn: held, effect });
        return effect.answer;
      } catch (error) {
        if (!(error instanceof BooksChangedError) || round >= ROUNDS) throw error;
      }
    }
  };
