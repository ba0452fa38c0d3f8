import type { Clock } from '../shared/clock.port';
import { deterministicId } from '../shared/deterministic-id';
import { answerOnce } from './answer-once.use-case';
import { type Books, BooksChangedError } from './books.port';
import type { Answer, Asked, Effect } from './effect';
import type { Operation } from './fault';
import type { Faults } from './faults.port';
import { misbehave } from './misbehave.use-case';
import { busyProblem, problemOf } from './sandbox.problems';

export interface PerformEffectDeps<Holding> {
  readonly books: Books<Holding>;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly pause: (milliseconds: number) => Promise<void>;
}

/** A request that has an effect, read from HTTP. */
export interface EffectRequest {
  readonly operation: Operation;
  readonly idempotencyKey: string;
  /** Key of the charge or parcel. */
  readonly key: string;
  /** The checked body: its fields in the contract's order, so that its text is canonical. */
  readonly body: { readonly reference: string };
}

/**
 * Performs a request once, with the faults that are switched on, and gives its answer in the words of an API route.
 * @throws Problem what the service refuses, and what a fault makes of it
 */
export const performEffect =
  <Holding>({ books, faults, clock, pause }: PerformEffectDeps<Holding>) =>
  async (
    { operation, idempotencyKey, key, body }: EffectRequest,
    decide: (held: Holding | undefined, asked: Asked & { readonly declined: boolean }) => Effect<Holding>,
  ): Promise<Extract<Answer, { kind: 'done' }>> => {
    const { reference } = body;
    const fingerprint = deterministicId('request', operation, key, JSON.stringify(body));
    const answer = await misbehave({ faults, pause })({ operation, reference }, async (declined) => {
      const asked = { idempotencyKey, key, reference, now: clock.now(), declined };
      try {
        return await answerOnce(books)({ idempotencyKey, fingerprint, key }, (held) => decide(held, asked));
      } catch (error) {
        throw error instanceof BooksChangedError ? busyProblem(error) : error;
      }
    });
    if (answer.kind === 'refused') throw problemOf(answer);
    return answer;
  };
