import { Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import type { Construct } from 'constructs';
import { ContextTable } from './context-table';
import { serviceDefaultsOf } from './service-defaults';

export interface DomainTableReplicaProps {
  /** The name that the `DomainTable` was given in the region that makes it. */
  readonly tableName: string;
  /** This region's key, by which the replica is encrypted. */
  readonly encryptionKey: IKey;
}

/**
 * This region's replica of a `DomainTable` that another region makes. Nobody knows at synthesis what the replica's stream is called,
 * and no other region is asked for it: the table is looked up here, by name, when the stack is deployed. So the table must
 * have its replica by then (a dependency between the stacks).
 *
 * @example
 * const orders = new DomainTableReplica(this, 'Orders', { tableName: 'tenfold-prod-ordering', encryptionKey });
 * orders.grantEntityStore(placeOrder);
 */
export class DomainTableReplica extends ContextTable {
  public readonly tableName: string;
  public readonly tableArn: string;
  public readonly streamArn: string;
  protected readonly encryptionKey: IKey;

  constructor(scope: Construct, id: string, props: DomainTableReplicaProps) {
    super(scope, id);
    const { tableName, encryptionKey } = props;
    this.encryptionKey = encryptionKey;
    const found = this.lookUp(tableName);
    this.tableName = found.getResponseField('Table.TableName');
    this.tableArn = found.getResponseField('Table.TableArn');
    this.streamArn = found.getResponseField('Table.LatestStreamArn');
  }

  private lookUp(tableName: string): AwsCustomResource {
    const { logRetention, removalPolicy } = serviceDefaultsOf(this);
    const logGroup = new LogGroup(this, 'LookUpLogs', { retention: logRetention, removalPolicy });
    const tableArn = Stack.of(this).formatArn({ service: 'dynamodb', resource: 'table', resourceName: tableName });
    const describe = new PolicyStatement({ actions: ['dynamodb:DescribeTable'], resources: [tableArn] });
    // A role of our own: the one that the custom resource would make has a managed policy for the logs of the whole account.
    const role = new Role(this, 'LookUpRole', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    const lookUp = new AwsCustomResource(this, 'LookUp', {
      onUpdate: {
        service: 'DynamoDB',
        action: 'DescribeTable',
        parameters: { TableName: tableName },
        outputPaths: ['Table.TableName', 'Table.TableArn', 'Table.LatestStreamArn'],
        physicalResourceId: PhysicalResourceId.of(tableName),
      },
      policy: AwsCustomResourcePolicy.fromStatements([describe]),
      role,
      logGroup,
      installLatestAwsSdk: false,
      memorySize: 256,
    });
    this.acknowledgeOnce();
    return lookUp;
  }

  private acknowledgeOnce(): void {
    // CDK keeps the function of all custom resources of a stack below the stack itself.
    const provider = `AWS${AwsCustomResource.PROVIDER_FUNCTION_UUID.replaceAll('-', '')}`;
    const reason =
      'Runs when the stack is deployed, and never else; CloudFormation waits for its answer and sees a failure.';
    const findings = ['Serverless-LambdaDLQ', 'Serverless-LambdaTracing'];
    Validations.of(Stack.of(this).node.findChild(provider)).acknowledge(
      ...findings.map((finding) => ({ id: finding, reason })),
    );
  }
}
