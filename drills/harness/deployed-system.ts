import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { LocalCloud } from '../../local/cloud';
import { clientConfig } from '../../local/deployment/aws-clients';
import type { StackOutputs } from '../../local/deployment/stack-outputs';

/** Where a deployment is and how to reach it. */
export interface Cloud {
  readonly target: 'local' | 'aws';
  readonly region: string;
  /** What the names of the deployment's stacks begin with: `Tenfold-Local-sa-east-1`. */
  readonly stackPrefix: string;
  /** Absent on AWS. */
  readonly endpoint?: string;
  /** Outputs of its stacks. */
  readonly outputs: StackOutputs;
  /** Base of the store's API, without a slash at its end. */
  readonly apiUrl: string;
  /** A bearer token of a client that may place, read and cancel orders. */
  token(): Promise<string>;
  /** Process of the embedded cloud, when it runs on this machine and is ours. */
  readonly emulatorPid?: number;
  /** Everything about the local cloud, its other regions among it. Absent on AWS. */
  readonly local?: Pick<LocalCloud, 'regions' | 'control' | 'endpoint'>;
}

/** Something that a drill needs is not in the deployment. */
export class MissingResourceError extends Error {
  override readonly name = 'MissingResourceError';
}

interface StackResource {
  readonly type: string;
  readonly logicalId: string;
  readonly physicalId: string;
}

/** Functions that drills touch, by the bundle's name: the stack and the construct they are deployed as. */
const constructs = {
  'activity/count-activity': ['ActivityService', 'Counters'],
  'activity/keep-stock-ledger': ['ActivityService', 'StockLedger'],
  'activity/record-timeline': ['ActivityService', 'Timeline'],
  'audit/chain-records': ['AuditService', 'ChainRecords'],
  'audit/check-completeness': ['AuditWatch', 'CompletenessCheckCompleteness'],
  'audit/seal-chains': ['AuditService', 'SealChains'],
  'audit/watch-access': ['AuditWatch', 'WatchWatchAccess'],
  'inventory/reconcile-reservations': ['InventoryService', 'ReconcileReservations'],
  'inventory/reserve-stock': ['InventoryService', 'ReserveStock'],
  'inventory/release-stock': ['InventoryService', 'ReleaseStock'],
  'loyalty/credit-points': ['LoyaltyService', 'Credits'],
  'ordering/backfill-orders': ['OrderingService', 'BackfillOrders'],
  'ordering/cancel-order': ['OrderingService', 'CancelOrder'],
  'ordering/close-order': ['OrderingService', 'CloseOrder'],
  'ordering/confirm-order': ['OrderingService', 'ConfirmOrder'],
  'ordering/place-order': ['OrderingService', 'PlaceOrder'],
  'ordering/read-order': ['OrderingService', 'ReadOrder'],
  'ordering/start-order-saga': ['OrderingService', 'SagaStarts'],
  'ordering/track-order-steps': ['OrderingService', 'Timeline'],
  'ordering/undo-failed-orders': ['OrderingService', 'UndoFailedOrders'],
  'payments/charge-payment': ['PaymentsService', 'Charges'],
  'payments/refund-payment': ['PaymentsService', 'RefundPayment'],
  'privacy/erase-subject': ['PrivacyService', 'EraseSubject'],
  'release/exercise-version': ['ReleaseService', 'ExerciseVersion'],
  'release/judge-canary': ['ReleaseService', 'JudgeCanary'],
  'shipping/book-shipment': ['ShippingService', 'BookShipment'],
  'shipping/dispatch-shipment': ['ShippingService', 'Dispatches'],
  'shared/relay-outbox': ['OrderingService', 'OutboxRelay'],
  'shipping/recall-shipment': ['ShippingService', 'RecallShipment'],
} as const;

/** A function that drills touch: `<context>/<verb-noun>`. */
export type DrilledFunction = keyof typeof constructs;

/** All of them. */
export const drilledFunctions = Object.keys(constructs) as readonly DrilledFunction[];

const pascal = (kebab: string): string => kebab.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** A deployment of the store, as an operator with full rights sees it. Names are looked up in its CloudFormation stacks. */
export class DeployedSystem {
  readonly cloud: Cloud;
  readonly documents: DynamoDBDocumentClient;
  readonly sqs: SQSClient;
  readonly lambda: LambdaClient;
  readonly stepFunctions: SFNClient;
  readonly secrets: SecretsManagerClient;
  readonly #cloudFormation: CloudFormationClient;
  readonly #stacks = new Map<string, Promise<readonly StackResource[]>>();

  constructor(cloud: Cloud) {
    this.cloud = cloud;
    const config = clientConfig(cloud);
    this.documents = DynamoDBDocumentClient.from(new DynamoDBClient(config));
    this.sqs = new SQSClient(config);
    this.lambda = new LambdaClient(config);
    this.stepFunctions = new SFNClient(config);
    this.secrets = new SecretsManagerClient(config);
    this.#cloudFormation = new CloudFormationClient(config);
  }

  /** The same store in another of its regions, on the local cloud. @throws MissingResourceError it is not deployed there */
  inRegion(region: string): DeployedSystem {
    const found = this.cloud.local?.regions.find((one) => one.region === region);
    if (found === undefined) throw new MissingResourceError(`the store is not deployed to ${region} of a local cloud`);
    const { stackPrefix, outputs, apiUrl } = found;
    return new DeployedSystem({ ...this.cloud, region, stackPrefix, outputs, apiUrl, token: () => found.token() });
  }

  /** Name of a context's table. @throws LocalCloudError the deployment has none */
  tableName(context: string): string {
    return this.cloud.outputs.get(`${pascal(context)}Data`, 'TableName');
  }

  /** Name of a function. @throws MissingResourceError */
  functionName(entry: DrilledFunction): Promise<string> {
    const [stack, construct] = constructs[entry];
    const fits = (logicalId: string): boolean => logicalId.startsWith(`${construct}Function`);
    return this.#find(stack, 'AWS::Lambda::Function', fits, `function ${entry}`);
  }

  /** Names of all functions of a stack, for example `OrderingService`. */
  async functionNames(stack: string): Promise<readonly string[]> {
    const resources = await this.#resources(`${this.cloud.stackPrefix}-${stack}`);
    return resources.filter(({ type }) => type === 'AWS::Lambda::Function').map(({ physicalId }) => physicalId);
  }

  /** Name of the CodeDeploy application that new versions are released by. @throws MissingResourceError */
  releaseApplication(): Promise<string> {
    return this.#find('ReleaseService', 'AWS::CodeDeploy::Application', () => true, 'the application of releases');
  }

  /** URL of the queue that a function reads. @throws MissingResourceError */
  queueUrl(entry: DrilledFunction): Promise<string> {
    const [stack, construct] = constructs[entry];
    const fits = (logicalId: string): boolean => logicalId.startsWith(`${construct}Queue`);
    return this.#find(stack, 'AWS::SQS::Queue', fits, `the queue of ${entry}`);
  }

  /** ARN of the order saga. @throws MissingResourceError */
  stateMachineArn(): Promise<string> {
    return this.#find('OrderingService', 'AWS::StepFunctions::StateMachine', () => true, 'the order saga');
  }

  /** ARN of the secret that says where a sandbox service is and which key opens it. @throws LocalCloudError there is no sandbox */
  sandboxSecretArn(service: 'payment-provider' | 'carrier'): string {
    return this.cloud.outputs.get('Sandbox', `${pascal(service)}SecretArn`);
  }

  async #find(stack: string, type: string, fits: (logicalId: string) => boolean, what: string): Promise<string> {
    const stackName = `${this.cloud.stackPrefix}-${stack}`;
    const resources = await this.#resources(stackName);
    const found = resources.filter((resource) => resource.type === type && fits(resource.logicalId));
    const [only] = found;
    if (found.length === 1 && only) return only.physicalId;
    const candidates = resources.filter((resource) => resource.type === type).map(({ logicalId }) => logicalId);
    throw new MissingResourceError(
      `expected one resource for ${what} in stack ${stackName}, found ${found.length}; its ${type} are: ${candidates.join(', ') || 'none'}`,
    );
  }

  #resources(stackName: string): Promise<readonly StackResource[]> {
    const known = this.#stacks.get(stackName);
    if (known) return known;
    const listed = this.#list(stackName);
    this.#stacks.set(stackName, listed);
    return listed;
  }

  async #list(stackName: string): Promise<readonly StackResource[]> {
    const resources: StackResource[] = [];
    const pages = paginateListStackResources({ client: this.#cloudFormation }, { StackName: stackName });
    for await (const { StackResourceSummaries = [] } of pages)
      for (const { ResourceType = '', LogicalResourceId = '', PhysicalResourceId = '' } of StackResourceSummaries)
        resources.push({ type: ResourceType, logicalId: LogicalResourceId, physicalId: PhysicalResourceId });
    return resources;
  }
}
