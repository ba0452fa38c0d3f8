import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { orderConfirmedV1 } from '../../../contracts/avro/events';
import type { BookShipmentEnv } from '../../../lambdas/shipping/book-shipment.contract';
import type { DispatchShipmentEnv } from '../../../lambdas/shipping/dispatch-shipment.contract';
import type { RecallShipmentEnv } from '../../../lambdas/shipping/recall-shipment.contract';
import type { ContextTable } from '../../constructs/context-table';
import type { DomainTopic } from '../../constructs/domain-topic';
import { ExactlyOnceConsumer } from '../../constructs/exactly-once-consumer';
import { connectionSecret, grantConnection, type OutsideConnection } from '../../constructs/outside-connection';
import { ServiceFunction } from '../../constructs/service-function';
import type { SubjectKeyTable } from '../../constructs/subject-key-table';
import { TransactionalOutbox } from '../../constructs/transactional-outbox';

export interface ShippingServiceStackProps extends StackProps {
  readonly table: ContextTable;
  readonly events: DomainTopic;
  /** Opens addresses. */
  readonly subjectKeys: SubjectKeyTable;
  /** The carrier. */
  readonly connection: OutsideConnection;
}

const carrierTimeout = Duration.seconds(2);

/** Books and recalls parcels for the order saga; hands them over when it hears that the order is confirmed. */
export class ShippingServiceStack extends Stack {
  /** What the order saga calls. */
  public readonly steps: {
    readonly ship: ServiceFunction<BookShipmentEnv>;
    readonly recall: ServiceFunction<RecallShipmentEnv>;
  };

  /** Publishes the context's events; with `{ takeOver }`, those of an evacuated region. */
  public readonly relay: IFunction;
  /** Where messages wait for the context's consumers, by consumer. */
  public readonly queues: { readonly [consumer: string]: IQueue };

  constructor(scope: Construct, id: string, props: ShippingServiceStackProps) {
    super(scope, id, props);
    const { table, events, subjectKeys } = props;
    const connection = connectionSecret(this, 'CarrierConnection', props.connection);
    const environment = {
      SHIPPING_TABLE: table.tableName,
      CARRIER_SECRET_ARN: connection.secretArn,
      CARRIER_TIMEOUT_MILLISECONDS: String(carrierTimeout.toMilliseconds()),
    };
    const ship = new ServiceFunction<BookShipmentEnv>(this, 'BookShipment', {
      entry: 'shipping/book-shipment',
      environment: { ...environment, ...subjectKeys.environment },
      failureImpact: 'Paid orders cannot be shipped: they are refunded and rejected.',
    });
    const recall = new ServiceFunction<RecallShipmentEnv>(this, 'RecallShipment', {
      entry: 'shipping/recall-shipment',
      environment,
      failureImpact: 'Parcels of cancelled orders stay booked and may leave until an operator redrives the case.',
    });
    const dispatch = new ExactlyOnceConsumer<DispatchShipmentEnv>(this, 'Dispatches', {
      entry: 'shipping/dispatch-shipment',
      environment,
      consumer: 'shipping.dispatch',
      failureImpact: 'Parcels of confirmed orders stay in the warehouse.',
      subscription: { topic: events, types: [orderConfirmedV1.type] },
    });
    for (const step of [ship, recall, dispatch]) {
      table.grantEntityStore(step);
      grantConnection(connection, step);
    }
    subjectKeys.grantOpen(ship);
    this.relay = new TransactionalOutbox(this, 'Outbox', {
      context: 'shipping',
      table,
      topic: events,
      failureImpact: 'The timelines of orders lack what became of their parcel.',
    }).relay.alias;
    this.steps = { ship, recall };
    this.queues = { [dispatch.consumer]: dispatch.queue };
  }
}
