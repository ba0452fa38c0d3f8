import { orderedConsumer } from '../shared/ordered-consumer';
import { readEnv } from '../shared/read-env';
import { activityConsumer } from './activity-consumer.adapter';
import { keepStockLedgerEnv } from './keep-stock-ledger.contract';
import { stockLedger, withoutMovement } from './stock-ledger';

export const handler = orderedConsumer({
  ...activityConsumer(readEnv(keepStockLedgerEnv)),
  accepts: stockLedger,
  ignores: withoutMovement,
});
