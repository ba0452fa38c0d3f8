import { auditDrill } from './audit/audit.drill';
import { deployDrill } from './deploy/deploy.drill';
import { exactlyOnceDrill } from './exactly-once/exactly-once.drill';
import { failoverDrill } from './failover/failover.drill';
import type { Drill } from './harness/drill';
import { orderingDrill } from './ordering/ordering.drill';
import { sagaDrill } from './saga/saga.drill';

/** Every drill, in the order in which they run. */
export const drills: readonly Drill[] = [
  exactlyOnceDrill,
  orderingDrill,
  auditDrill,
  sagaDrill,
  failoverDrill,
  deployDrill,
];
