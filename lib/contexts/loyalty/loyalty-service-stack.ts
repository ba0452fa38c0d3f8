import { Stack, type StackProps } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { orderConfirmedV1 } from '../../../contracts/avro/events';
import type { CreditPointsEnv } from '../../../lambdas/loyalty/credit-points.contract';
import type { ContextTable } from '../../constructs/context-table';
import type { DomainTopic } from '../../constructs/domain-topic';
import { ExactlyOnceConsumer } from '../../constructs/exactly-once-consumer';
import { TransactionalOutbox } from '../../constructs/transactional-outbox';

export interface LoyaltyServiceStackProps extends StackProps {
  readonly table: ContextTable;
  readonly events: DomainTopic;
}

/** Credits points when it hears that an order is confirmed; no saga knows of it. */
export class LoyaltyServiceStack extends Stack {
  /** Publishes the context's events; with `{ takeOver }`, those of an evacuated region. */
  public readonly relay: IFunction;
  /** Where messages wait for the context's consumers, by consumer. */
  public readonly queues: { readonly [consumer: string]: IQueue };

  constructor(scope: Construct, id: string, props: LoyaltyServiceStackProps) {
    super(scope, id, props);
    const { table, events } = props;
    const credits = new ExactlyOnceConsumer<CreditPointsEnv>(this, 'Credits', {
      entry: 'loyalty/credit-points',
      environment: { LOYALTY_TABLE: table.tableName },
      consumer: 'loyalty.credit',
      failureImpact: 'Customers wait for the points of their orders.',
      subscription: { topic: events, types: [orderConfirmedV1.type] },
    });
    table.grantEntityStore(credits);
    this.queues = { [credits.consumer]: credits.queue };
    this.relay = new TransactionalOutbox(this, 'Outbox', {
      context: 'loyalty',
      table,
      topic: events,
      failureImpact: 'Nobody hears of credited points.',
    }).relay.alias;
  }
}
