import { dynamoDb } from '../shared/dynamodb-client';
import { readEnv } from '../shared/read-env';
import { shardConsumer } from '../shared/shard-consumer';
import { chainRecordsEnv } from './chain-records.contract';
import { chainRecords } from './chain-records.use-case';
import { DynamoDbChainLedger } from './dynamodb-chain-ledger.adapter';
import { FirehoseLineDelivery, firehose } from './firehose-line-delivery.adapter';

const { AWS_REGION: region, ...env } = readEnv(chainRecordsEnv);
const ledger = new DynamoDbChainLedger(dynamoDb(), { tableName: env.AUDIT_TABLE, region });
const streams = { access: env.ACCESS_DELIVERY, security: env.SECURITY_DELIVERY };
const delivery = new FirehoseLineDelivery(firehose(), streams);

export const handler = shardConsumer(chainRecords({ ledger, delivery, region }));
