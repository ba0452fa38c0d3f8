import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { clientDefaults } from '../shared/client-defaults';
import { dynamoDb } from '../shared/dynamodb-client';
import { DynamoDbRegionLedger } from './dynamodb-region-ledger.adapter';
import type { RegionTable } from './region-ledger.port';

/** Another region may be gone: whoever asks it waits two seconds at most, once. */
const peerDefaults = {
  ...clientDefaults,
  maxAttempts: 1,
  requestHandler: { ...clientDefaults.requestHandler, requestTimeout: 2_000 },
};

/** A DynamoDB client for another region, which gives up soon. */
export const peerDynamoDb = (region: string): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(new DynamoDBClient({ ...peerDefaults, region }), {
    marshallOptions: { removeUndefinedValues: true, convertClassInstanceToMap: true },
  });

/** The tables of all contexts, as every region of the stage has them. */
export const regionTables = (env: {
  readonly AWS_REGION: string;
  readonly CONTEXT_TABLES: { readonly [context: string]: string };
  readonly STAGE_REGIONS: readonly string[];
}): readonly RegionTable[] => {
  const peers = env.STAGE_REGIONS.filter((region) => region !== env.AWS_REGION).map(
    (region) => [region, peerDynamoDb(region)] as const,
  );
  return Object.entries(env.CONTEXT_TABLES).map(([context, tableName]) => ({
    context,
    own: new DynamoDbRegionLedger(dynamoDb(), tableName),
    peers: new Map(peers.map(([region, client]) => [region, new DynamoDbRegionLedger(client, tableName)])),
  }));
};
