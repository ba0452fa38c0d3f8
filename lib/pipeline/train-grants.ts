import { Stack, Validations } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** What the grants of a train are about. */
export interface TrainScope {
  /** For example `prod`. */
  readonly stage: string;
  /** What the names of the stage's stacks begin with: `Tenfold-Prod`. */
  readonly stageId: string;
  /** Regions that the grants are about, the primary one first. */
  readonly regions: readonly string[];
}

/** The qualifier of `cdk bootstrap`, when nobody says otherwise. */
const qualifier = 'hnb659fds';

const allow = (role: IRole, actions: readonly string[], resources: readonly string[], reason?: string): void => {
  role.addToPrincipalPolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
  if (reason === undefined) return;
  for (const resource of resources)
    Validations.of(role).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason });
};

const trainLogArn = (role: IRole, stage: string, [primary]: readonly string[]): string => {
  const { partition, account } = Stack.of(role);
  return `arn:${partition}:ssm:${primary}:${account}:parameter/tenfold/${stage}/train/*`;
};

/** Lets a step read what a train is driven by, in every region of the stage: stacks, alarms and rollouts. */
export const grantLook = (role: IRole, { stage, stageId, regions }: TrainScope): void => {
  const { partition, account } = Stack.of(role);
  const each = (suffix: (region: string) => string) => regions.map((region) => `arn:${partition}:${suffix(region)}`);
  allow(
    role,
    ['cloudformation:DescribeStacks', 'cloudformation:GetTemplate'],
    each((region) => `cloudformation:${region}:${account}:stack/${stageId}-*/*`),
    'All stacks of the stage; their ids are made up by CloudFormation.',
  );
  allow(
    role,
    ['cloudwatch:DescribeAlarms'],
    each((region) => `cloudwatch:${region}:${account}:alarm:*`),
    'Alarms are found by what their names begin with, which CloudWatch grants for all alarms of a region only.',
  );
  allow(
    role,
    [
      'codedeploy:GetDeploymentTarget',
      'codedeploy:ListDeploymentGroups',
      'codedeploy:ListDeployments',
      'codedeploy:ListDeploymentTargets',
    ],
    each((region) => `codedeploy:${region}:${account}:application:tenfold-${stage}`).concat(
      each((region) => `codedeploy:${region}:${account}:deploymentgroup:tenfold-${stage}/*`),
    ),
    'Every function that is released has a deployment group of the stage’s application.',
  );
};

/**
 * Lets a step ask a stage what it serves, in the regions of the scope: which versions of which functions, what is stored in which form, and what
 * the log of its train says.
 */
export const grantGate = (role: IRole, { stage, stageId, regions }: TrainScope): void => {
  const { partition, account } = Stack.of(role);
  const each = (suffix: (region: string) => string) => regions.map((region) => `arn:${partition}:${suffix(region)}`);
  allow(
    role,
    ['cloudformation:DescribeStacks', 'cloudformation:ListStackResources'],
    each((region) => `cloudformation:${region}:${account}:stack/${stageId}-${region}-OrderingService/*`),
    'One stack of each region of the stage; its id is made up by CloudFormation.',
  );
  // With the region no more: CloudFormation shortens the stack's name in those of its functions.
  allow(
    role,
    ['lambda:GetAlias', 'lambda:GetFunctionConfiguration'],
    [stageId, `tenfold-${stage}`].flatMap((prefix) =>
      each((region) => `lambda:${region}:${account}:function:${prefix}-*`),
    ),
    'Functions of the stage in all their versions; CloudFormation makes up how most of their names end.',
  );
  allow(
    role,
    ['lambda:InvokeFunction'],
    each((region) => `lambda:${region}:${account}:function:${stageId}-*-BackfillOrders*`),
    'The function that counts what is stored in each region, by the name that CloudFormation makes of its id.',
  );
  allow(
    role,
    ['ssm:GetParameter'],
    [trainLogArn(role, stage, regions)],
    'The few parameters in which the log of this stage’s train is kept.',
  );
};

/** Lets a step keep the log of the stage's train: that it runs, and which waves have baked. */
export const grantTrainLog = (role: IRole, { stage, regions }: TrainScope): void => {
  allow(
    role,
    ['ssm:DeleteParameter', 'ssm:GetParameter', 'ssm:PutParameter'],
    [trainLogArn(role, stage, regions)],
    'The few parameters in which the log of this stage’s train is kept.',
  );
};

/** Lets a step deploy with the CDK to some regions, as the roles that `cdk bootstrap` has made there. */
export const grantDeploy = (role: IRole, regions: readonly string[]): void => {
  const { partition, account } = Stack.of(role);
  const roles = regions.flatMap((region) =>
    ['deploy', 'file-publishing'].map(
      (kind) => `arn:${partition}:iam::${account}:role/cdk-${qualifier}-${kind}-role-${account}-${region}`,
    ),
  );
  allow(role, ['sts:AssumeRole'], roles);
};
