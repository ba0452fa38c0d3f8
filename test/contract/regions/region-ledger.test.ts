import { DynamoDbRegionLedger } from '../../../lambdas/regions/dynamodb-region-ledger.adapter';
import { InMemoryRegionLedger } from '../../unit/regions/in-memory-region-ledger';
import { temporaryTable } from '../temporary-table';
import { regionLedgerContract } from './region-ledger.contract-suite';

regionLedgerContract('the in-memory ledger of regions', async () => ({
  ledger: new InMemoryRegionLedger(),
  region: 'sa-east-1',
}));

describe('on the local cloud', () => {
  const table = temporaryTable('region-ledger');
  let number = 0;

  regionLedgerContract('the DynamoDB ledger of regions', async () => {
    const { client, tableName } = table();
    number += 1;
    return { ledger: new DynamoDbRegionLedger(client, tableName), region: `region-${number}` };
  });
});
