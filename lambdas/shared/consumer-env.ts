import * as z from 'zod/mini';

/** A whole number above 0, as environment variables spell it. */
export const wholeNumber = z.pipe(z.string().check(z.regex(/^[1-9]\d{0,8}$/)), z.transform(Number));

/** What every consumer of a FIFO queue is told. Spread it into an environment schema. */
export const consumerEnv = {
  /** Name of the consumer: part of its inbox markers' keys. */
  CONSUMER: z.string().check(z.minLength(1)),
  /** The queue it drains. */
  QUEUE_URL: z.url(),
  /** The delivery from which on a try that fails parks the message's group. */
  ATTEMPTS: wholeNumber,
  /** How long a handled message is remembered: longer than its longest possible redelivery. */
  INBOX_RETENTION_SECONDS: wholeNumber,
};
