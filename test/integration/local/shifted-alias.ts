import { crc32 } from 'node:zlib';

/** A function behind a shifted alias, and what CodeDeploy does with it. */
export interface ShiftedAlias {
  /** Body of the handler of the version; a change of it makes a new version. */
  readonly code: string;
  /** Name of a predefined configuration, or the properties of one. @default CodeDeployDefault.LambdaCanary10Percent5Minutes */
  readonly config?: string | object;
  /** What the hooks call back: the one before traffic and the one after it. @default there are no hooks */
  readonly hooks?: { readonly before?: HookAnswer; readonly after?: HookAnswer };
  /** Resources of alarms that stop a deployment. @default none */
  readonly alarms?: Readonly<Record<string, object>>;
  /** @default true */
  readonly autoRollback?: boolean;
  /** More resources. */
  readonly more?: object;
}

/** `nothing`: it never calls back. */
export type HookAnswer = 'Succeeded' | 'Failed' | 'nothing';

const role = (service: string, ...statements: readonly object[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
    },
    Policies: statements.map((statement, index) => ({
      PolicyName: `Policy${index}`,
      PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] },
    })),
  },
});

const lambda = (roleId: string, code: string, Environment?: object) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Timeout: 20,
    Role: { 'Fn::GetAtt': [roleId, 'Arn'] },
    Code: { ZipFile: code },
    ...(Environment && { Environment: { Variables: Environment } }),
  },
});

/** Code of a hook that calls back what its environment says. */
export const hookCode = `
  const { CodeDeployClient, PutLifecycleEventHookExecutionStatusCommand } = require('@aws-sdk/client-codedeploy');
  exports.handler = async ({ DeploymentId, LifecycleEventHookExecutionId }) => {
    if (process.env.ANSWER === 'nothing') return;
    await new CodeDeployClient({ maxAttempts: 1 }).send(new PutLifecycleEventHookExecutionStatusCommand({
      deploymentId: DeploymentId,
      lifecycleEventHookExecutionId: LifecycleEventHookExecutionId,
      status: process.env.ANSWER,
    }));
  };`;

/** Logical id of the version: a new one for new code, as the CDK does it. */
const versionOf = (code: string): string => `Version${crc32(code)}`;

const groupArn = {
  'Fn::Sub': 'arn:aws:codedeploy:${AWS::Region}:${AWS::AccountId}:deploymentgroup:${Application}/*',
};

/** Resources of the alias `live` of one function, its versions and hooks, shifted by a deployment group. */
export const shiftedAliasResources = (alias: ShiftedAlias, prefix = '') => {
  const { code, config = 'CodeDeployDefault.LambdaCanary10Percent5Minutes', hooks = {}, alarms = {} } = alias;
  const id = (name: string): string => `${prefix}${name}`;
  const version = id(versionOf(code));
  const { before, after } = hooks;
  return {
    [id('Function')]: lambda('Role', `exports.handler = async (event) => { ${code} };`),
    [version]: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: id('Function') } } },
    [id('Alias')]: {
      Type: 'AWS::Lambda::Alias',
      Properties: {
        FunctionName: { Ref: id('Function') },
        FunctionVersion: { 'Fn::GetAtt': [version, 'Version'] },
        Name: 'live',
      },
      UpdatePolicy: {
        CodeDeployLambdaAliasUpdate: {
          ApplicationName: { Ref: 'Application' },
          DeploymentGroupName: { Ref: id('Group') },
          ...(before && { BeforeAllowTrafficHook: { Ref: id('Before') } }),
          ...(after && { AfterAllowTrafficHook: { Ref: id('After') } }),
        },
      },
    },
    ...(before && { [id('Before')]: lambda('HookRole', hookCode, { ANSWER: before }) }),
    ...(after && { [id('After')]: lambda('HookRole', hookCode, { ANSWER: after }) }),
    ...(typeof config === 'object' && {
      [id('Config')]: {
        Type: 'AWS::CodeDeploy::DeploymentConfig',
        Properties: { ComputePlatform: 'Lambda', ...config },
      },
    }),
    [id('Group')]: {
      Type: 'AWS::CodeDeploy::DeploymentGroup',
      Properties: {
        ApplicationName: { Ref: 'Application' },
        ServiceRoleArn: { 'Fn::GetAtt': ['ServiceRole', 'Arn'] },
        DeploymentConfigName: typeof config === 'string' ? config : { Ref: id('Config') },
        DeploymentStyle: { DeploymentOption: 'WITH_TRAFFIC_CONTROL', DeploymentType: 'BLUE_GREEN' },
        AutoRollbackConfiguration: {
          Enabled: alias.autoRollback ?? true,
          Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
        },
        AlarmConfiguration: {
          Enabled: Object.keys(alarms).length > 0,
          Alarms: Object.keys(alarms).map((Ref) => ({ Name: { Ref } })),
        },
      },
    },
    ...alarms,
  };
};

/** A template of one shifted alias, and of more. */
export const shiftedAliasTemplate = (alias: ShiftedAlias) => {
  const Resources = {
    Role: role('lambda.amazonaws.com'),
    HookRole: role('lambda.amazonaws.com', {
      Action: 'codedeploy:PutLifecycleEventHookExecutionStatus',
      Resource: groupArn,
    }),
    ServiceRole: role('codedeploy.amazonaws.com', { Action: 'lambda:InvokeFunction', Resource: '*' }),
    Application: { Type: 'AWS::CodeDeploy::Application', Properties: { ComputePlatform: 'Lambda' } },
    ...shiftedAliasResources(alias),
    ...alias.more,
  };
  const shown = ['Function', 'OtherFunction', 'Application', 'Group', 'Role', 'HookRole'];
  const Outputs = shown.filter((id) => id in Resources).map((Ref) => [Ref, { Value: { Ref } }]);
  return { Resources, Outputs: Object.fromEntries(Outputs) as object };
};

/** An alarm on errors of the version that is being shifted to, of one minute. */
export const newVersionErrors = (code: string) => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    Namespace: 'AWS/Lambda',
    MetricName: 'Errors',
    Dimensions: [
      { Name: 'FunctionName', Value: { Ref: 'Function' } },
      { Name: 'Resource', Value: { 'Fn::Sub': '${Function}:live' } },
      { Name: 'ExecutedVersion', Value: { 'Fn::GetAtt': [versionOf(code), 'Version'] } },
    ],
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
  },
});
