import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { orderPlacedV1 } from '../../../contracts/avro/events';
import type { AdoptOrdersEnv } from '../../../lambdas/ordering/adopt-orders.contract';
import type { BackfillOrdersEnv } from '../../../lambdas/ordering/backfill-orders.contract';
import type { CancelOrderEnv } from '../../../lambdas/ordering/cancel-order.contract';
import type { CloseOrderEnv } from '../../../lambdas/ordering/close-order.contract';
import type { ConfirmOrderEnv } from '../../../lambdas/ordering/confirm-order.contract';
import { orderSagaData } from '../../../lambdas/ordering/order-saga.contract';
import { newestOrderSchema } from '../../../lambdas/ordering/order-schema.contract';
import type { ParkCaseEnv } from '../../../lambdas/ordering/park-case.contract';
import type { PlaceOrderEnv } from '../../../lambdas/ordering/place-order.contract';
import type { ReadOrderEnv } from '../../../lambdas/ordering/read-order.contract';
import {
  failedExecutionPattern,
  type RecoverFailedSagaEnv,
} from '../../../lambdas/ordering/recover-failed-saga.contract';
import type { RedriveCaseEnv } from '../../../lambdas/ordering/redrive-case.contract';
import type { StartOrderSagaEnv } from '../../../lambdas/ordering/start-order-saga.contract';
import { type TrackOrderStepsEnv, trackedSteps } from '../../../lambdas/ordering/track-order-steps.contract';
import type { UndoFailedOrdersEnv } from '../../../lambdas/ordering/undo-failed-orders.contract';
import { chargePaymentCommand } from '../../../lambdas/payments/charge-payment.contract';
import { schemaPartition } from '../../../lambdas/shared/backfill-entities.contract';
import { type SchemaPhase, schemaUseIn } from '../../../lambdas/shared/schema-phase.contract';
import type { SchemaUse } from '../../../lambdas/shared/schema-use.contract';
import type { ContextTable } from '../../constructs/context-table';
import { DeadLetterQueue } from '../../constructs/dead-letter-queue';
import type { DomainTopic } from '../../constructs/domain-topic';
import { ExactlyOnceConsumer } from '../../constructs/exactly-once-consumer';
import type { FeatureFlags } from '../../constructs/feature-flags';
import { ProgressiveFunction, type VersionRelease } from '../../constructs/progressive-function';
import type { RecordIntake } from '../../constructs/record-intake';
import { Saga, type SagaCommand } from '../../constructs/saga';
import { aliasName, ServiceFunction } from '../../constructs/service-function';
import type { SubjectKeyTable } from '../../constructs/subject-key-table';
import { TransactionalOutbox } from '../../constructs/transactional-outbox';

/** How long the order saga waits, and how often it tries. */
export interface OrderSagaPace {
  readonly stepTimeoutSeconds: number;
  readonly queueTimeoutSeconds: number;
  readonly retryIntervalSeconds: number;
  readonly stepRetries: number;
  readonly compensationRetries: number;
}

/** What other contexts do for an order. */
export interface OrderSagaParticipants {
  readonly reserve: ServiceFunction<never>;
  readonly release: ServiceFunction<never>;
  readonly charge: SagaCommand['consumer'];
  readonly refund: ServiceFunction<never>;
  readonly ship: ServiceFunction<never>;
  readonly recall: ServiceFunction<never>;
}

export interface OrderingServiceStackProps extends StackProps {
  readonly table: ContextTable;
  readonly events: DomainTopic;
  readonly flags: FeatureFlags;
  /** Seals what is personal of orders. */
  readonly subjectKeys: SubjectKeyTable;
  /** Takes the records of accesses. */
  readonly intake: RecordIntake;
  readonly encryptionKey: IKey;
  readonly pace: OrderSagaPace;
  readonly steps: OrderSagaParticipants;
  /** What the function that cancels orders is called in every region: regions hand requests to each other by this name. */
  readonly cancelOrderName: string;
  /** The stage's other regions, which have orders of their own. */
  readonly peerRegions: readonly string[];
  /** Where the stage stands in the change of the form in which orders are stored. */
  readonly orderSchemaPhase: SchemaPhase;
  /** How new versions of what answers the API come to their traffic. */
  readonly release: VersionRelease;
}

/** How long an order may wait whose execution failed without a word. */
const sweepInterval = Duration.minutes(15);
/** Longer than a sweep begins new work for. */
const sweepTimeout = Duration.minutes(2);

/** Twice as long as it goes on before it answers. */
const backfillTimeout = Duration.minutes(1);

const noOneAnswers = 'Orders stay as they are: neither confirmed nor rejected, and customers wait.';

/** Takes orders and carries each through stock, payment and parcel: all of it, or none. */
export class OrderingServiceStack extends Stack {
  /** The functions that answer the API, by the contract's `operationId`. */
  public readonly api: {
    readonly placeOrder: IFunction;
    readonly readOrder: IFunction;
    readonly cancelOrder: IFunction;
  };
  /** Adopts an evacuated region's orders, and starts their sagas here. */
  public readonly adoptOrders: IFunction;
  /** Undoes what an evacuated region did for orders that have failed. */
  public readonly undoFailedOrders: IFunction;
  /** Publishes the events of orders; with `{ takeOver }`, those of an evacuated region. */
  public readonly relay: IFunction;
  /** Where messages wait for the context's consumers, by consumer. */
  public readonly queues: { readonly [consumer: string]: IQueue };
  /** Which versions of the stored form of orders its functions read and write. */
  public readonly entitySchemas: { readonly order: SchemaUse };
  /** What every function of ordering is told, whether it touches orders or not. */
  private readonly ownTable: { readonly ORDERS_TABLE: string; readonly ENTITY_SCHEMAS: string };

  constructor(scope: Construct, id: string, props: OrderingServiceStackProps) {
    super(scope, id, props);
    const { table, events } = props;
    this.entitySchemas = { order: schemaUseIn(props.orderSchemaPhase, newestOrderSchema) };
    this.ownTable = { ORDERS_TABLE: table.tableName, ENTITY_SCHEMAS: JSON.stringify(this.entitySchemas) };
    this.api = this.apiFunctions(props);
    const redrive = this.redriveFunction(table);
    const saga = this.saga(props, redrive);
    const start = this.startAndRecover(saga, props, redrive);
    this.adoptOrders = this.adoption(saga, table, redrive);
    this.undoFailedOrders = this.undoing(saga, table);
    this.backfill(table, props.subjectKeys);
    const track = this.trackSteps(table, events);
    this.queues = { [start.consumer]: start.queue, [track.consumer]: track.queue };
    const outbox = new TransactionalOutbox(this, 'Outbox', {
      context: 'ordering',
      table,
      topic: events,
      failureImpact: 'Placed orders are not worked on.',
    });
    this.relay = outbox.relay.alias;
    new CfnOutput(this, 'OrderSagaArn', {
      value: saga.stateMachineArn,
      description: 'State machine of the order saga',
    });
  }

  private apiFunctions(props: OrderingServiceStackProps) {
    const { table, flags, subjectKeys, intake, cancelOrderName, peerRegions, release } = props;
    const environment = { ...this.ownTable, ...intake.environment };
    const placeOrder = new ProgressiveFunction<PlaceOrderEnv>(this, 'PlaceOrder', {
      release,
      operation: 'placeOrder',
      entry: 'ordering/place-order',
      environment: { ...environment, ...flags.environment, ...subjectKeys.environment },
      failureImpact: 'Customers cannot place orders.',
    });
    const readOrder = new ProgressiveFunction<ReadOrderEnv>(this, 'ReadOrder', {
      release,
      operation: 'readOrder',
      entry: 'ordering/read-order',
      environment,
      failureImpact: 'Customers cannot see their orders.',
    });
    const cancelOrder = new ProgressiveFunction<CancelOrderEnv>(this, 'CancelOrder', {
      release,
      operation: 'cancelOrder',
      entry: 'ordering/cancel-order',
      functionName: cancelOrderName,
      environment: { ...environment, HOME_FUNCTION: `${cancelOrderName}:${aliasName}` },
      failureImpact: 'Customers cannot cancel orders that could still be cancelled.',
    });
    subjectKeys.grantSeal(placeOrder);
    flags.readBy(placeOrder.service, 'ordering');
    cancelOrder.service.grantInvokePeers(peerRegions);
    table.grantRead(readOrder);
    for (const recorder of [placeOrder, readOrder, cancelOrder]) intake.grantRecord(recorder);
    for (const writer of [placeOrder, cancelOrder]) table.grantEntityStore(writer);
    return { placeOrder: placeOrder.alias, readOrder: readOrder.alias, cancelOrder: cancelOrder.alias };
  }

  private redriveFunction(table: ContextTable) {
    const redrive = new ServiceFunction<RedriveCaseEnv>(this, 'RedriveCase', {
      entry: 'ordering/redrive-case',
      environment: this.ownTable,
      failureImpact: 'Operators cannot redrive parked orders.',
    });
    table.grantEntityStore(redrive);
    new CfnOutput(this, 'RedriveFunction', {
      value: redrive.alias.functionArn,
      description: 'Redrives parked orders of this region and of those it has taken over',
    });
    return redrive;
  }

  private saga(
    { table, encryptionKey, pace, steps }: OrderingServiceStackProps,
    redrive: ServiceFunction<RedriveCaseEnv>,
  ): Saga {
    const environment = this.ownTable;
    const confirm = new ServiceFunction<ConfirmOrderEnv>(this, 'ConfirmOrder', {
      entry: 'ordering/confirm-order',
      environment,
      failureImpact: 'Paid and booked orders are not confirmed; they wait as parked cases.',
    });
    const close = new ServiceFunction<CloseOrderEnv>(this, 'CloseOrder', {
      entry: 'ordering/close-order',
      environment,
      failureImpact: 'Compensated orders still look pending to their customers.',
    });
    const parkCase = new ServiceFunction<ParkCaseEnv>(this, 'ParkCase', {
      entry: 'ordering/park-case',
      environment: { ...environment, REDRIVE_FUNCTION: redrive.alias.functionArn },
      failureImpact: 'Failed compensations do not reach an operator until their sagas are recovered.',
    });
    for (const step of [confirm, close, parkCase]) table.grantEntityStore(step);
    const timeout = Duration.seconds(pace.stepTimeoutSeconds);
    const interval = Duration.seconds(pace.retryIntervalSeconds);
    const stepPatience = { timeout, interval, retries: pace.stepRetries };
    const undone = (name: string, undo: ServiceFunction<never>) => ({ compensation: { name, invoke: undo.alias } });
    const saga = new Saga(this, 'OrderSaga', {
      steps: [
        { name: 'reserve', invoke: steps.reserve.alias, ...undone('release', steps.release) },
        {
          name: 'charge',
          invoke: { consumer: steps.charge, command: chargePaymentCommand },
          ...undone('refund', steps.refund),
          // The queue has its own retries; a second command would only wait behind the first.
          patience: { timeout: Duration.seconds(pace.queueTimeoutSeconds), interval, retries: 0 },
        },
        { name: 'ship', invoke: steps.ship.alias, ...undone('recall', steps.recall) },
        { name: 'confirm', invoke: confirm.alias },
      ],
      dataFields: Object.keys(orderSagaData.shape),
      pivot: 'confirm',
      parkCase: parkCase.alias,
      close: close.alias,
      subjectKind: 'order',
      source: '/tenfold/ordering',
      encryptionKey,
      failureImpact: noOneAnswers,
      stepPatience,
      compensationPatience: { timeout, interval, retries: pace.compensationRetries },
    });
    return saga;
  }

  private startAndRecover(
    saga: Saga,
    { table, events }: OrderingServiceStackProps,
    redrive: ServiceFunction<RedriveCaseEnv>,
  ) {
    const environment = { ...this.ownTable, ORDER_SAGA_ARN: saga.stateMachineArn };
    const start = new ExactlyOnceConsumer<StartOrderSagaEnv>(this, 'SagaStarts', {
      entry: 'ordering/start-order-saga',
      environment,
      consumer: 'ordering.start-saga',
      failureImpact: 'Placed orders are not worked on.',
      subscription: { topic: events, types: [orderPlacedV1.type] },
    });
    const deadLetters = new DeadLetterQueue(this, 'RecoveryDeadLetters', {
      impact: noOneAnswers,
      runbook: 'sagas.md#failed-executions',
    });
    const recover = new ServiceFunction<RecoverFailedSagaEnv>(this, 'RecoverFailedSaga', {
      entry: 'ordering/recover-failed-saga',
      environment: { ...environment, REDRIVE_FUNCTION: redrive.alias.functionArn },
      failureImpact: noOneAnswers,
      deadLetterQueue: deadLetters.queue,
      timeout: sweepTimeout,
    });
    saga.grantList(recover);
    table.grantListed(recover);
    for (const starter of [start, recover]) {
      table.grantEntityStore(starter);
      saga.grantStart(starter);
    }
    saga.grantStartApart('RedrivesStart', redrive.role);
    const { source, detailType, status } = failedExecutionPattern;
    const targets = [new LambdaFunction(recover.alias, { deadLetterQueue: deadLetters.queue, retryAttempts: 10 })];
    new Rule(this, 'FailedSagas', {
      eventPattern: { source, detailType, detail: { status, stateMachineArn: [saga.stateMachineArn] } },
      targets,
    });
    // Step Functions delivers these events as best it can: a lost one would leave its order pending for ever. So would a lost OrderPlaced.
    new Rule(this, 'FailedSagasSweep', { schedule: Schedule.rate(sweepInterval), targets });
    return start;
  }

  private adoption(saga: Saga, table: ContextTable, redrive: ServiceFunction<RedriveCaseEnv>): IFunction {
    const adopt = new ServiceFunction<AdoptOrdersEnv>(this, 'AdoptOrders', {
      entry: 'ordering/adopt-orders',
      environment: {
        ...this.ownTable,
        ORDER_SAGA_ARN: saga.stateMachineArn,
        REDRIVE_FUNCTION: redrive.alias.functionArn,
      },
      failureImpact: 'Orders of an evacuated region wait: nobody carries them on.',
      timeout: sweepTimeout,
    });
    table.grantEntityStore(adopt);
    table.grantListed(adopt);
    saga.grantStart(adopt);
    saga.grantDescribeApart('AdoptionDescribes', adopt.role);
    return adopt.alias;
  }

  private undoing(saga: Saga, table: ContextTable): IFunction {
    const undo = new ServiceFunction<UndoFailedOrdersEnv>(this, 'UndoFailedOrders', {
      entry: 'ordering/undo-failed-orders',
      environment: { ...this.ownTable, ORDER_SAGA_ARN: saga.stateMachineArn },
      failureImpact: 'Customers stay charged for failed orders that an evacuated region had made, too.',
      timeout: sweepTimeout,
    });
    table.grantRead(undo);
    table.grantScan(undo);
    saga.grantStart(undo);
    saga.grantDescribeApart('UndoingDescribes', undo.role);
    return undo.alias;
  }

  private backfill(table: ContextTable, subjectKeys: SubjectKeyTable): void {
    const backfill = new ServiceFunction<BackfillOrdersEnv>(this, 'BackfillOrders', {
      entry: 'ordering/backfill-orders',
      environment: { ...this.ownTable, ...subjectKeys.environment },
      failureImpact:
        'Nobody but the operator who changes the form in which orders are stored: the change stands still.',
      timeout: backfillTimeout,
    });
    table.grantRead(backfill);
    table.grantScan(backfill);
    subjectKeys.grantSeal(backfill);
    table.grantWriteOf(backfill, ['order/*', schemaPartition('order')]);
    new CfnOutput(this, 'BackfillOrdersFunction', {
      value: backfill.alias.functionArn,
      description: 'Counts and rewrites orders of this region that are stored in an old form',
    });
  }

  private trackSteps(table: ContextTable, events: DomainTopic) {
    const track = new ExactlyOnceConsumer<TrackOrderStepsEnv>(this, 'Timeline', {
      entry: 'ordering/track-order-steps',
      environment: this.ownTable,
      consumer: 'ordering.track-steps',
      failureImpact: 'Customers see their orders, but not how far they are.',
      subscription: { topic: events, types: trackedSteps.map(({ contract }) => contract.type) },
    });
    table.grantEntityStore(track);
    return track;
  }
}
