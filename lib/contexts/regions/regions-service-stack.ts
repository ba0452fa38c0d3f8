import { CfnOutput, Duration, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { AwaitArrivalEnv } from '../../../lambdas/regions/await-arrival.contract';
import type { AwaitQuietEnv } from '../../../lambdas/regions/await-quiet.contract';
import type { AwaitSettledEnv } from '../../../lambdas/regions/await-settled.contract';
import type { CompareReplicasEnv } from '../../../lambdas/regions/compare-replicas.contract';
import type { FenceRegionEnv } from '../../../lambdas/regions/fence-region.contract';
import type { KeepRegionLeaseEnv } from '../../../lambdas/regions/keep-region-lease.contract';
import type { ReconcileThereEnv } from '../../../lambdas/regions/reconcile-there.contract';
import type { ReopenRegionEnv } from '../../../lambdas/regions/reopen-region.contract';
import type { UnfenceRegionEnv } from '../../../lambdas/regions/unfence-region.contract';
import type { ContextTable } from '../../constructs/context-table';
import { ObservedWorkflow } from '../../constructs/observed-workflow';
import type { SwitchedRegion } from '../../constructs/region-switch-plan';
import { aliasName, ServiceFunction } from '../../constructs/service-function';
import { PlanFunctions, returnWorkflowName } from './constructs/plan-functions';
import { type NamedTable, type PeerRegion, RegionTables } from './constructs/region-tables';
import { evacuationDefinition, returnDefinition, type WorkflowFunctions } from './region-workflows';

export interface RegionsServiceStackProps extends StackProps {
  /** This region's table of each context, by context. */
  readonly tables: { readonly [context: string]: NamedTable };
  /** The other regions of the stage. */
  readonly peers: readonly PeerRegion[];
  /** The relay of each context, by context: takes over outbox rows. */
  readonly relays: { readonly [context: string]: IFunction };
  /** Takes over orders. */
  readonly adoptOrders: IFunction;
  /** Undoes failed orders that the evacuated region had made, too. */
  readonly undoFailedOrders: IFunction;
  /** Lists the orders that are not finished. */
  readonly ordersTable: ContextTable;
  /** Where messages wait for the consumers of all contexts, by consumer. */
  readonly queues: { readonly [consumer: string]: IQueue };
  /** What the function is called in every region that puts a region's stock right. */
  readonly reconcileName: string;
  /** How long the region may go on writing after its keeper has stopped. */
  readonly leaseDuration: Duration;
  /** How late queues may be with their counts of messages. */
  readonly queueCountDelay: Duration;
  /**
   * With what the names begin of what a Region switch plan calls, for example `tenfold-prod`: the plan and the other region know them by name.
   * @default none: the stage has no plan
   */
  readonly planPrefix?: string;
}

/** Local clouds know the text of this rate, and play it faster. */
const renewal = Duration.minutes(1);

/** Whether a region may write: its lease, and the workflows that evacuate another region to this one and let it back in. */
export class RegionsServiceStack extends Stack {
  /** What a Region switch plan calls here; only with a `planPrefix` and one other region, since plans have two. */
  public readonly switchFunctions: Omit<SwitchedRegion, 'region'> | undefined;

  constructor(scope: Construct, id: string, props: RegionsServiceStackProps) {
    super(scope, id, props);
    const tables = new RegionTables(this, props.tables, props.peers);
    this.keepLease(tables, props.leaseDuration);
    this.reopen(tables);
    const steps = { ...this.steps(tables, props.leaseDuration), settled: this.awaitSettled(props) };
    const evacuateArn = this.workflows(props, steps, tables);
    this.switchFunctions = this.functionsOfPlan(props, evacuateArn);
  }

  private functionsOfPlan({ planPrefix, tables, peers }: RegionsServiceStackProps, evacuateArn: string) {
    const [peer, ...more] = peers;
    const records = tables['ordering'];
    if (planPrefix === undefined || records === undefined || peer === undefined || more.length > 0) return undefined;
    const { region: other } = peer;
    return new PlanFunctions(this, 'Plan', { records, other, evacuateArn, prefix: planPrefix }).functions;
  }

  /** @returns the ARN of the workflow that evacuates another region */
  private workflows(
    {
      relays,
      adoptOrders,
      undoFailedOrders,
      reconcileName,
      leaseDuration,
      peers,
      planPrefix,
    }: RegionsServiceStackProps,
    steps: Readonly<Record<'fence' | 'quiet' | 'settled' | 'arrival' | 'unfence' | 'compare', ServiceFunction<never>>>,
    tables: RegionTables,
  ): string {
    const reconcile = this.reconcileThere(reconcileName, peers, tables);
    const functions: WorkflowFunctions = {
      fence: steps.fence.alias.functionArn,
      quiet: steps.quiet.alias.functionArn,
      settled: steps.settled.alias.functionArn,
      arrival: steps.arrival.alias.functionArn,
      unfence: steps.unfence.alias.functionArn,
      compare: steps.compare.alias.functionArn,
      adoptOrders: adoptOrders.functionArn,
      undoFailedOrders: undoFailedOrders.functionArn,
      relays: Object.fromEntries(Object.entries(relays).map(([context, relay]) => [context, relay.functionArn])),
      reconcile: reconcile.alias.functionArn,
    };
    const terms = { partition: this.partition, leaseSeconds: leaseDuration.toSeconds() };
    const { fence, quiet, settled, arrival, unfence, compare } = functions;
    const both = [
      quiet,
      arrival,
      functions.adoptOrders,
      functions.undoFailedOrders,
      ...Object.values(functions.relays),
    ];
    const runbook = 'regions.md#an-evacuation-or-a-return-has-failed';
    const evacuate = new ObservedWorkflow(this, 'EvacuateRegion', {
      definition: evacuationDefinition(functions, terms),
      calls: [fence, ...both],
      failureImpact: 'A region is being evacuated and is not: what it left behind is worked on by nobody.',
      runbook,
    });
    const letBack = new ObservedWorkflow(this, 'ReturnRegion', {
      definition: returnDefinition(functions, terms),
      calls: [...both, settled, compare, unfence, functions.reconcile],
      failureImpact: 'An evacuated region is not let back in: its customers are served from farther away.',
      runbook,
      ...(planPrefix !== undefined && { name: returnWorkflowName(planPrefix) }),
    });
    new CfnOutput(this, 'EvacuateRegionArn', {
      value: evacuate.stateMachineArn,
      description: 'Evacuates a region to this one',
    });
    new CfnOutput(this, 'ReturnRegionArn', { value: letBack.stateMachineArn, description: 'Lets a region back in' });
    return evacuate.stateMachineArn;
  }

  private reconcileThere(functionName: string, peers: readonly PeerRegion[], { environment }: RegionTables) {
    const there = new ServiceFunction<ReconcileThereEnv>(this, 'ReconcileThere', {
      entry: 'regions/reconcile-there',
      environment: { STAGE_REGIONS: environment.STAGE_REGIONS, RECONCILE_FUNCTION: `${functionName}:${aliasName}` },
      failureImpact: 'A region is not let back in: its stock has not been put right.',
      timeout: Duration.seconds(90),
    });
    there.grantInvokeIn(
      peers.map(({ region }) => region),
      functionName,
    );
    return there;
  }

  private awaitSettled({ ordersTable, queues, queueCountDelay }: RegionsServiceStackProps) {
    const urls = Object.fromEntries(Object.entries(queues).map(([consumer, { queueUrl }]) => [consumer, queueUrl]));
    const settled = new ServiceFunction<AwaitSettledEnv>(this, 'AwaitSettled', {
      entry: 'regions/await-settled',
      environment: {
        ORDERS_TABLE: ordersTable.tableName,
        CONSUMER_QUEUES: this.toJsonString(urls),
        QUEUE_COUNT_SECONDS: String(queueCountDelay.toSeconds()),
      },
      failureImpact: 'An evacuated region is not let back in: whether its orders are finished is not known.',
      timeout: Duration.seconds(30),
    });
    ordersTable.grantListed(settled);
    const resources = Object.values(queues).map(({ queueArn }) => queueArn);
    settled.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['sqs:GetQueueAttributes'], resources }),
    );
    return settled;
  }

  /** What evacuation and return do to the records about regions. */
  private steps(tables: RegionTables, leaseDuration: Duration) {
    const { environment } = tables;
    // Another region that does not answer is given up after two seconds, twice a table.
    const timeout = Duration.seconds(30);
    const fence = new ServiceFunction<FenceRegionEnv>(this, 'FenceRegion', {
      entry: 'regions/fence-region',
      environment,
      failureImpact: 'A region cannot be evacuated.',
      timeout,
    });
    const quiet = new ServiceFunction<AwaitQuietEnv>(this, 'AwaitQuiet', {
      entry: 'regions/await-quiet',
      environment: { ...environment, LEASE_SECONDS: String(leaseDuration.toSeconds()) },
      failureImpact: 'An evacuation does not go on: what the region left behind waits.',
      timeout,
    });
    const unfence = new ServiceFunction<UnfenceRegionEnv>(this, 'UnfenceRegion', {
      entry: 'regions/unfence-region',
      environment,
      failureImpact: 'An evacuated region is not let back in.',
      timeout,
    });
    const compare = new ServiceFunction<CompareReplicasEnv>(this, 'CompareReplicas', {
      entry: 'regions/compare-replicas',
      environment,
      failureImpact: 'A region is not let back in: whether its replicas have parted is not known.',
      timeout: Duration.minutes(2),
      memorySize: 512,
    });
    const arrival = new ServiceFunction<AwaitArrivalEnv>(this, 'AwaitArrival', {
      entry: 'regions/await-arrival',
      environment,
      failureImpact:
        'An evacuation or a return does not go on: whether all that the region wrote is here is not known.',
      timeout: Duration.minutes(2),
      memorySize: 512,
    });
    tables.grantCompare(arrival);
    tables.grantRepair(compare);
    tables.grantRecordsEverywhere(fence);
    for (const step of [quiet, unfence]) tables.grantRecordsHere(step);
    return { fence, quiet, arrival, unfence, compare };
  }

  /** For an operator, when no region is left that could let this one in. */
  private reopen(tables: RegionTables): void {
    const reopen = new ServiceFunction<ReopenRegionEnv>(this, 'ReopenRegion', {
      entry: 'regions/reopen-region',
      environment: tables.environment,
      failureImpact: 'A region without its successor does not come back: its customers are served by nobody.',
      optOutOfErrorAlarm: { reason: 'An operator calls it by hand, and reads why it refuses.' },
      timeout: Duration.seconds(30),
    });
    tables.grantRecordsHere(reopen);
    new CfnOutput(this, 'ReopenRegionFunction', {
      value: reopen.alias.functionArn,
      description: 'Opens this region without the one that could let it in',
    });
  }

  private keepLease(tables: RegionTables, leaseDuration: Duration): void {
    const keeper = new ServiceFunction<KeepRegionLeaseEnv>(this, 'KeepRegionLease', {
      entry: 'regions/keep-region-lease',
      environment: { ...tables.environment, LEASE_SECONDS: String(leaseDuration.toSeconds()) },
      failureImpact: 'The region stops writing when its lease ends: orders are taken elsewhere, and its own wait.',
      timeout: Duration.seconds(30),
    });
    tables.grantRecords(keeper);
    // A renewal that fails is no harm: the next one comes in a minute.
    const targets = [new LambdaFunction(keeper.alias, { retryAttempts: 0 })];
    const rule = new Rule(this, 'Renewals', { schedule: Schedule.rate(renewal), targets });
    Validations.of(rule).acknowledge({
      id: 'Serverless::Serverless-EventBusDLQ',
      reason: 'Nobody would renew a lease of the past again; the function’s alarm tells that renewals fail.',
    });
  }
}
