import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { clientDefaults } from './client-defaults';

let made: DynamoDBDocumentClient | undefined;

/** The process's DynamoDB client; made at the first call. */
export const dynamoDb = (): DynamoDBDocumentClient => {
  made ??= DynamoDBDocumentClient.from(new DynamoDBClient(clientDefaults), {
    // A client's own key may be called `constructor`: the marshaller then takes plain data for an instance of a class.
    marshallOptions: { removeUndefinedValues: true, convertClassInstanceToMap: true },
  });
  return made;
};
