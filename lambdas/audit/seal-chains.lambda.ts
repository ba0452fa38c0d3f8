import { Metrics } from '@aws-lambda-powertools/metrics';
import { dynamoDb } from '../shared/dynamodb-client';
import { kinesis } from '../shared/kinesis-client';
import { logger } from '../shared/logger';
import { readEnv } from '../shared/read-env';
import { systemClock } from '../shared/system-clock.adapter';
import { DynamoDbChainLedger } from './dynamodb-chain-ledger.adapter';
import { KinesisAuditShards } from './kinesis-audit-shards.adapter';
import { KmsSealSigner, kms } from './kms-seal-signer.adapter';
import { PowertoolsChainPulse } from './powertools-chain-pulse.adapter';
import { sealChainsEnv } from './seal-chains.contract';
import { sealChains } from './seal-chains.use-case';
import { watchMetrics } from './watch-metrics.contract';

const { AWS_REGION: region, ...env } = readEnv(sealChainsEnv);
const log = logger();

export const handler = sealChains({
  ledger: new DynamoDbChainLedger(dynamoDb(), { tableName: env.AUDIT_TABLE, region }),
  shards: new KinesisAuditShards(kinesis(), env.AUDIT_STREAM),
  signer: new KmsSealSigner(kms(), env.SEAL_KEY),
  clock: systemClock,
  pulse: new PowertoolsChainPulse(new Metrics({ namespace: watchMetrics.namespace }), log),
  log,
  region,
  retentionHours: env.STREAM_RETENTION_HOURS,
});
