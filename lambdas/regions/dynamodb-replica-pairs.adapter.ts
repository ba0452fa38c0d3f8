import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { clientDefaults } from '../shared/client-defaults';
import { dynamoDb } from '../shared/dynamodb-client';
import { DynamoDbReplicaPair } from './dynamodb-replica-pair.adapter';

/** One context's table here and in another region of the stage; `undefined` when there is no such context or region. */
export const replicaPairs =
  (env: {
    readonly AWS_REGION: string;
    readonly CONTEXT_TABLES: { readonly [context: string]: string };
    readonly STAGE_REGIONS: readonly string[];
  }) =>
  (context: string, region: string): DynamoDbReplicaPair | undefined => {
    const tableName = env.CONTEXT_TABLES[context];
    if (tableName === undefined || region === env.AWS_REGION || !env.STAGE_REGIONS.includes(region)) return undefined;
    const there = DynamoDBDocumentClient.from(new DynamoDBClient({ ...clientDefaults, region }), {
      marshallOptions: { removeUndefinedValues: true, convertClassInstanceToMap: true },
    });
    return new DynamoDbReplicaPair(dynamoDb(), there, tableName);
  };
