import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { clientDefaults } from './client-defaults';

let made: DynamoDBDocumentClient | undefined;

/** The process's DynamoDB client; made at the first call. */
export const dynamoDb = (): DynamoDBDocumentClient => {
  made ??= DynamoDBDocumentClient.from(new DynamoDBClient(clientDefaults), {
    marshallOptions: { removeUndefinedValues: true },
  });
  return made;
};
