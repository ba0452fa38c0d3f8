import { CachedKeyWrapping } from './cached-key-wrapping';
import { dynamoDb } from './dynamodb-client';
import { DynamoDbSubjectKeys } from './dynamodb-subject-keys.adapter';
import { kms } from './kms-client';
import { KmsKeyWrapping } from './kms-key-wrapping.adapter';
import { secretSubjectTokens } from './secret-subject-tokens.adapter';
import { secretsManager } from './secrets-manager-client';
import type { SubjectKeys } from './subject-keys.port';
import { systemClock as clock } from './system-clock.adapter';

/** Subjects' keys as a function's environment says where they are; unwrapped ones are kept for at most five minutes. */
export const deployedSubjectKeys = (env: {
  readonly AWS_REGION: string;
  readonly SUBJECT_KEYS_TABLE: string;
  readonly SUBJECT_WRAPPING_KEY_ARN: string;
  readonly SUBJECT_TOKENS_SECRET_ARN: string;
}): SubjectKeys => {
  const wrapping = new CachedKeyWrapping(new KmsKeyWrapping(kms(), env.SUBJECT_WRAPPING_KEY_ARN), { clock });
  const tokenOf = secretSubjectTokens(secretsManager(), env.SUBJECT_TOKENS_SECRET_ARN);
  const place = { tableName: env.SUBJECT_KEYS_TABLE, region: env.AWS_REGION };
  return new DynamoDbSubjectKeys(dynamoDb(), { ...place, wrapping, tokenOf, clock });
};
