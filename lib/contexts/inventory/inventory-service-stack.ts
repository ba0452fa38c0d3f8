import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { type ReconcileReservationsEnv, reconciler } from '../../../lambdas/inventory/reconcile-reservations.contract';
import type { ReleaseStockEnv } from '../../../lambdas/inventory/release-stock.contract';
import type { ReserveStockEnv } from '../../../lambdas/inventory/reserve-stock.contract';
import type { ContextTable } from '../../constructs/context-table';
import type { DomainTopic } from '../../constructs/domain-topic';
import { ServiceFunction } from '../../constructs/service-function';
import { TransactionalOutbox } from '../../constructs/transactional-outbox';

export interface InventoryServiceStackProps extends StackProps {
  readonly table: ContextTable;
  readonly events: DomainTopic;
  /** What the function is called in every region that puts the region's stock right when it returns. */
  readonly reconcileName: string;
}

/** Holds stock for orders and gives it back. */
export class InventoryServiceStack extends Stack {
  /** What the order saga calls. */
  public readonly steps: {
    readonly reserve: ServiceFunction<ReserveStockEnv>;
    readonly release: ServiceFunction<ReleaseStockEnv>;
  };
  /** Publishes the context's events; with `{ takeOver }`, those of an evacuated region. */
  public readonly relay: IFunction;

  constructor(scope: Construct, id: string, props: InventoryServiceStackProps) {
    super(scope, id, props);
    const { table, events } = props;
    const environment = { INVENTORY_TABLE: table.tableName };
    const reserve = new ServiceFunction<ReserveStockEnv>(this, 'ReserveStock', {
      entry: 'inventory/reserve-stock',
      environment,
      failureImpact: 'New orders stay pending and are then rejected: no stock can be held for them.',
    });
    const release = new ServiceFunction<ReleaseStockEnv>(this, 'ReleaseStock', {
      entry: 'inventory/release-stock',
      environment,
      failureImpact: 'Stock of rejected and cancelled orders stays held: products look sold out.',
    });
    for (const step of [reserve, release]) table.grantEntityStore(step);
    this.relay = new TransactionalOutbox(this, 'Outbox', {
      context: 'inventory',
      table,
      topic: events,
      failureImpact: 'The timelines of orders lack what became of their stock.',
    }).relay.alias;
    this.steps = { reserve, release };
    this.addReconciliation(table, props.reconcileName);
  }

  /** What the return of this region calls, from its successor, before it is let back in. */
  private addReconciliation(table: ContextTable, functionName: string): void {
    const reconcile = new ServiceFunction<ReconcileReservationsEnv>(this, 'ReconcileReservations', {
      entry: 'inventory/reconcile-reservations',
      functionName,
      environment: { INVENTORY_TABLE: table.tableName },
      failureImpact: 'The region cannot return: it still holds stock for orders that were carried on elsewhere.',
      timeout: Duration.minutes(1),
    });
    table.grantRead(reconcile);
    table.grantScan(reconcile);
    table.grantWriteOf(reconcile, ['stock/*', `INBOX#${reconciler}#*`]);
  }
}
