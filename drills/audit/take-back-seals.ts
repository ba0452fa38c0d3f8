import { DeleteCommand, GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { chainSeal, sealHash, sealKeys } from '../../lambdas/audit/chain-seal.contract';
import { hourOfChain } from '../../local/audit/verify-chains';
import type { DeployedSystem } from '../harness/deployed-system';

/** Number of the region's last seal; 0 when it has none. */
export const lastSealNumber = async (system: DeployedSystem): Promise<number> => {
  const Key = { pk: sealKeys.partition(system.cloud.region), sk: sealKeys.head };
  const read = new GetCommand({ TableName: system.tableName('audit'), Key, ConsistentRead: true });
  return Number((await system.documents.send(read)).Item?.['number'] ?? 0);
};

/**
 * Takes back the seals behind a number, and lists their chains again as closed: seals that a sabotage has made would be found by everybody who verifies
 * the trail later. The next run that seals seals those chains anew.
 */
export const takeBackSeals = async (system: DeployedSystem, last: number): Promise<void> => {
  const { documents, cloud } = system;
  const TableName = system.tableName('audit');
  const pk = sealKeys.partition(cloud.region);
  const { Items = [] } = await documents.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :seals AND sk > :last',
      ExpressionAttributeValues: { ':seals': pk, ':last': sealKeys.sort(last) },
      ConsistentRead: true,
    }),
  );
  for (const item of Items) {
    const { chain } = chainSeal.parse(JSON.parse(String(item['seal'])));
    const [, recordClass = '', shardId = ''] = chain.split('/');
    const hour = hourOfChain(chain);
    await documents.send(
      new UpdateCommand({
        TableName,
        Key: { pk: `CHAIN#${cloud.region}#${shardId}`, sk: `CHAIN#${hour}#${recordClass}` },
        UpdateExpression: 'SET caseStatus = :closed, openedAt = :hour REMOVE sealNumber',
        ExpressionAttributeValues: { ':closed': `AUDIT-CLOSED#${cloud.region}`, ':hour': hour },
      }),
    );
  }
  const Key = { pk, sk: sealKeys.sort(last) };
  const before = await documents.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
  if (before.Item === undefined) await documents.send(new DeleteCommand({ TableName, Key: { pk, sk: sealKeys.head } }));
  else {
    const { sk: _sk, ...seal } = before.Item;
    const hash = sealHash(chainSeal.parse(JSON.parse(String(seal['seal']))));
    await documents.send(new PutCommand({ TableName, Item: { ...seal, sk: sealKeys.head, hash } }));
  }
  for (const { sk } of Items) await documents.send(new DeleteCommand({ TableName, Key: { pk, sk: String(sk) } }));
};
