import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** The regions that have a replica of a table, in the order of the alphabet, whichever of them is asked. */
export const regionsOfTable = async (client: DynamoDBClient, tableName: string, asked: string): Promise<string[]> => {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName }));
  const others = (Table?.Replicas ?? []).flatMap(({ RegionName }) => RegionName ?? []);
  return [...new Set([asked, ...others])].sort();
};
