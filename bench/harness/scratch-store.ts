import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateTopicCommand, DeleteTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { clientConfig, type Place } from '../../local/deployment/aws-clients';

/** A table and a topic that are gone when their scope ends (`await using`). */
export interface ScratchStore extends AsyncDisposable {
  readonly tableName: string;
  readonly topicArn: string;
}

/** Makes an empty table with these key attributes (strings), and a FIFO topic nobody listens to. */
export const scratchStore = async (
  place: Place,
  name: string,
  keys: readonly [string, string?],
): Promise<ScratchStore> => {
  const dynamoDb = new DynamoDBClient(clientConfig(place));
  const sns = new SNSClient(clientConfig(place));
  const attributes = keys.filter((key) => key !== undefined);
  await dynamoDb.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: attributes.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: attributes.map((AttributeName, at) => ({ AttributeName, KeyType: at === 0 ? 'HASH' : 'RANGE' })),
    }),
  );
  const { TopicArn: topicArn = '' } = await sns.send(
    new CreateTopicCommand({ Name: `${name}.fifo`, Attributes: { FifoTopic: 'true' } }),
  );
  return {
    tableName: name,
    topicArn,
    [Symbol.asyncDispose]: async () => {
      await dynamoDb.send(new DeleteTableCommand({ TableName: name }));
      await sns.send(new DeleteTopicCommand({ TopicArn: topicArn }));
    },
  };
};
