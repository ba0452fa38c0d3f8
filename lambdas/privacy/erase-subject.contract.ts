import * as z from 'zod/mini';
import { auditTrailEnv } from '../shared/audit-trail-env';
import { wholeNumber } from '../shared/consumer-env';
import { jsonEnv } from '../shared/json-env';
import { awsRegionEnv } from '../shared/read-env';
import { subjectTokensEnv } from '../shared/subject-keys-env';

/** Environment of erase-subject. */
export const eraseSubjectEnv = z.object({
  ...awsRegionEnv,
  /** The table of subjects' keys, called the same in every region. */
  SUBJECT_KEYS_TABLE: z.string().check(z.minLength(3)),
  /** JSON list of the regions of the stage. */
  STAGE_REGIONS: jsonEnv(z.array(z.string()).check(z.minLength(1)), 'a JSON list of regions such as ["sa-east-1"]'),
  /** ARN of the KMS key that signs certificates. */
  CERTIFICATE_KEY_ARN: z.string().check(z.startsWith('arn:')),
  /** Which orders are sealed, by the phase of their stored form. */
  ORDERS_SEALED: z.enum(['none', 'new', 'all']),
  /** The day from which on no order was stored in the open; given with "all". */
  ORDERS_SEALED_SINCE: z.optional(z.iso.date()),
  /** How long the log of what customers do can be read again. */
  ACTIVITY_LOG_DAYS: wholeNumber,
  /** How long records of access are kept. */
  ACCESS_RECORD_DAYS: wholeNumber,
  ...subjectTokensEnv,
  ...auditTrailEnv,
});
/** What erase-subject is deployed with: every value is text. */
export type EraseSubjectEnv = z.input<typeof eraseSubjectEnv>;

/** What an operator asks for. */
export const eraseSubjectRequest = z.strictObject({
  /** The customer, as the shop knows them. */
  customerId: z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)),
  /** Who asks for it: the end of the ARN of their credentials. */
  operator: z.string().check(z.minLength(1), z.maxLength(128)),
});
/** A request that fits its contract. */
export type EraseSubjectRequest = z.infer<typeof eraseSubjectRequest>;

const destroyedKey = z.object({ region: z.string(), madeAt: z.string() });

/** A certificate of erasure, as it is answered and kept. */
export const erasureCertificate = z.object({
  certificateId: z.uuid(),
  subject: z.uuid(),
  erasedAt: z.iso.datetime(),
  verifiedAt: z.iso.datetime(),
  effectiveAt: z.iso.datetime(),
  regions: z.readonly(z.array(z.string())),
  keysDestroyed: z.readonly(z.array(destroyedKey)),
  remains: z.readonly(z.array(z.object({ what: z.string(), why: z.string(), until: z.optional(z.iso.datetime()) }))),
  basis: z.string(),
  signature: z.object({ value: z.string(), algorithm: z.literal('ECDSA_SHA_256'), keyArn: z.string() }),
});

/** What the operator is answered. */
export const eraseSubjectAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('erased'), certificate: erasureCertificate }),
  z.object({ kind: z.literal('nothing-sealed'), subject: z.string() }),
  z.object({ kind: z.literal('not-sealing') }),
]);
/** An answer that fits its contract. */
export type EraseSubjectAnswer = z.infer<typeof eraseSubjectAnswer>;
