import * as z from 'zod/mini';

/** What a function is told that calls customers by their tokens. Spread it into an environment schema. */
export const subjectTokensEnv = {
  /** ARN of the secret that tokens are made with, the same in every region. */
  SUBJECT_TOKENS_SECRET_ARN: z.string().check(z.startsWith('arn:')),
};

/** What a function is told that seals or opens customers' data. Spread it into an environment schema. */
export const subjectKeysEnv = {
  /** The table of subjects' keys. */
  SUBJECT_KEYS_TABLE: z.string().check(z.minLength(3)),
  /** ARN of this region's KMS key that wraps them. */
  SUBJECT_WRAPPING_KEY_ARN: z.string().check(z.startsWith('arn:')),
  ...subjectTokensEnv,
};
