import { Stack, Validations } from 'aws-cdk-lib';
import { type PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { AwsCustomResource, AwsCustomResourcePolicy, type AwsSdkCall } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { serviceDefaultsOf } from './service-defaults';

export interface SdkCallProps {
  /** The call when the stack is deployed, and again whenever its parameters change. */
  readonly onUpdate: AwsSdkCall;
  /** The call when the construct goes. @default none */
  readonly onDelete?: AwsSdkCall;
  /** What the calls need. */
  readonly statements: readonly PolicyStatement[];
}

/**
 * An AWS API call at deployment, for what CloudFormation cannot say. Once a stack at most: CDK runs all such calls of a stack by one
 * function, under the role of the first.
 */
export class SdkCall extends Construct {
  /** The answer, field by field. */
  public readonly response: AwsCustomResource;

  constructor(scope: Construct, id: string, props: SdkCallProps) {
    super(scope, id);
    const { onUpdate, onDelete, statements } = props;
    const { logRetention, removalPolicy } = serviceDefaultsOf(this);
    const logGroup = new LogGroup(this, 'Logs', { retention: logRetention, removalPolicy });
    // A role of our own: the one that the custom resource would make has a managed policy for the logs of the whole account.
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    this.response = new AwsCustomResource(this, 'Call', {
      onUpdate,
      ...(onDelete && { onDelete }),
      policy: AwsCustomResourcePolicy.fromStatements([...statements]),
      role,
      logGroup,
      memorySize: 256,
      installLatestAwsSdk: false,
    });
    // CDK keeps the function of all such calls of a stack below the stack itself.
    const provider = `AWS${AwsCustomResource.PROVIDER_FUNCTION_UUID.replaceAll('-', '')}`;
    const reason =
      'Runs when the stack is deployed, and never else; CloudFormation waits for its answer and sees a failure.';
    const findings = ['Serverless-LambdaDLQ', 'Serverless-LambdaTracing'];
    Validations.of(Stack.of(this).node.findChild(provider)).acknowledge(
      ...findings.map((finding) => ({ id: finding, reason })),
    );
  }
}
