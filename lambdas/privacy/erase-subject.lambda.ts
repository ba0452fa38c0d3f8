import { setTimeout } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Context } from 'aws-lambda';
import { clientDefaults } from '../shared/client-defaults';
import { dynamoDb } from '../shared/dynamodb-client';
import { auditTrail } from '../shared/kinesis-audit-trail.adapter';
import { kms } from '../shared/kms-client';
import { logger } from '../shared/logger';
import { readEnv } from '../shared/read-env';
import { secretSubjectTokens } from '../shared/secret-subject-tokens.adapter';
import { secretsManager } from '../shared/secrets-manager-client';
import { systemClock as clock } from '../shared/system-clock.adapter';
import { DynamoDbSubjectVault } from './dynamodb-subject-vault.adapter';
import { type EraseSubjectAnswer, eraseSubjectEnv, eraseSubjectRequest } from './erase-subject.contract';
import { eraseSubject } from './erase-subject.use-case';
import { KmsCertificates } from './kms-certificates.adapter';
import { recordErasure } from './record-erasure.use-case';

const env = readEnv(eraseSubjectEnv);
const tableName = env.SUBJECT_KEYS_TABLE;
const clientOf = (region: string): DynamoDBDocumentClient =>
  region === env.AWS_REGION
    ? dynamoDb()
    : DynamoDBDocumentClient.from(new DynamoDBClient({ ...clientDefaults, region }));
const tokenOf = secretSubjectTokens(secretsManager(), env.SUBJECT_TOKENS_SECRET_ARN);
const erase = eraseSubject({
  tokenOf,
  vaults: env.STAGE_REGIONS.map((region) => new DynamoDbSubjectVault(clientOf(region), tableName, region)),
  certificates: new KmsCertificates(dynamoDb(), kms(), { tableName, keyArn: env.CERTIFICATE_KEY_ARN }),
  kept: {
    sealed: env.ORDERS_SEALED,
    sealedSince: env.ORDERS_SEALED_SINCE,
    activityLogDays: env.ACTIVITY_LOG_DAYS,
    accessRecordDays: env.ACCESS_RECORD_DAYS,
  },
  ...{ clock, wait: (milliseconds: number) => setTimeout(milliseconds) },
});

const recorded = recordErasure({ erase, trail: auditTrail(env), tokenOf, clock, region: env.AWS_REGION });

export const handler = async (
  event: unknown,
  { awsRequestId }: Pick<Context, 'awsRequestId'>,
): Promise<EraseSubjectAnswer> => {
  const answer = await recorded(eraseSubjectRequest.parse(event), awsRequestId);
  logger().info('erasure asked for', { answer });
  return answer;
};
