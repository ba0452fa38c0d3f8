import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { ChargePaymentEnv } from '../../../lambdas/payments/charge-payment.contract';
import type { RefundPaymentEnv } from '../../../lambdas/payments/refund-payment.contract';
import { triesWithin } from '../../../lambdas/shared/retry-pause.contract';
import type { ContextTable } from '../../constructs/context-table';
import type { DomainTopic } from '../../constructs/domain-topic';
import { ExactlyOnceConsumer } from '../../constructs/exactly-once-consumer';
import { connectionSecret, grantConnection, type OutsideConnection } from '../../constructs/outside-connection';
import { ServiceFunction } from '../../constructs/service-function';
import type { SubjectKeyTable } from '../../constructs/subject-key-table';
import { TransactionalOutbox } from '../../constructs/transactional-outbox';

export interface PaymentsServiceStackProps extends StackProps {
  readonly table: ContextTable;
  readonly events: DomainTopic;
  /** Opens payment methods. */
  readonly subjectKeys: SubjectKeyTable;
  /** The payment provider. */
  readonly connection: OutsideConnection;
  /** How long the saga waits for a charge: while the provider is down it is tried for a good part of that. */
  readonly chargePatience: Duration;
}

const providerTimeout = Duration.seconds(2);

/** Charges each order once, through a queue, and gives the money back when the order does not come about. */
export class PaymentsServiceStack extends Stack {
  /** What the order saga calls: a queue to charge, a function to undo it. */
  public readonly steps: {
    readonly charge: ExactlyOnceConsumer<ChargePaymentEnv>;
    readonly refund: ServiceFunction<RefundPaymentEnv>;
  };

  /** Publishes the context's events; with `{ takeOver }`, those of an evacuated region. */
  public readonly relay: IFunction;
  /** Where messages wait for the context's consumers, by consumer. */
  public readonly queues: { readonly [consumer: string]: IQueue };

  constructor(scope: Construct, id: string, props: PaymentsServiceStackProps) {
    super(scope, id, props);
    const { table, events, subjectKeys } = props;
    const connection = connectionSecret(this, 'ProviderConnection', props.connection);
    const environment = {
      PAYMENTS_TABLE: table.tableName,
      PROVIDER_SECRET_ARN: connection.secretArn,
      PROVIDER_TIMEOUT_MILLISECONDS: String(providerTimeout.toMilliseconds()),
    };
    const charge = new ExactlyOnceConsumer<ChargePaymentEnv>(this, 'Charges', {
      entry: 'payments/charge-payment',
      environment: { ...environment, ...subjectKeys.environment },
      consumer: 'payments.charge',
      failureImpact: 'Customers are not charged: their orders stay pending and are then rejected.',
      timeout: Duration.seconds(20),
      // The last of them begins within the patience, so that a charge that is given up tells its saga before the saga gives up itself.
      attempts: triesWithin(props.chargePatience.toSeconds()),
    });
    const refund = new ServiceFunction<RefundPaymentEnv>(this, 'RefundPayment', {
      entry: 'payments/refund-payment',
      environment,
      failureImpact: 'Customers whose orders failed do not get their money back until an operator redrives the case.',
    });
    for (const step of [charge, refund]) {
      table.grantEntityStore(step);
      grantConnection(connection, step);
    }
    subjectKeys.grantOpen(charge);
    this.relay = new TransactionalOutbox(this, 'Outbox', {
      context: 'payments',
      table,
      topic: events,
      failureImpact: 'The timelines of orders lack what became of their payment.',
    }).relay.alias;
    this.steps = { charge, refund };
    this.queues = { [charge.consumer]: charge.queue };
    new CfnOutput(this, 'ChargeQueueUrl', {
      value: charge.queue.queueUrl,
      description: 'FIFO queue of charge commands',
    });
    new CfnOutput(this, 'ChargeFunctionName', {
      value: charge.function.function.functionName,
      description: 'Function that charges',
    });
  }
}
