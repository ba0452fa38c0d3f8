import type { Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { ProgressiveFunction, type VersionRelease } from '../../../lib/constructs/progressive-function';
import { ServiceFunction } from '../../../lib/constructs/service-function';
import { checkedTemplate, testStack } from './synthesize';

type Env = { readonly AWS_REGION: string; readonly GREETING: string };

const greet = {
  entry: 'manners/greet-guest',
  environment: { GREETING: 'hello' },
  failureImpact: 'Guests are not greeted.',
};

const releaseIn = (stack: Stack, more: Partial<VersionRelease> = {}): VersionRelease => ({
  applicationName: 'manners',
  deploymentConfigName: 'tenth-first',
  deployRole: new Role(stack, 'DeployRole', { assumedBy: new ServicePrincipal('codedeploy.amazonaws.com') }),
  beforeTraffic: 'manners-before:live',
  afterTraffic: 'manners-after:live',
  exercisers: [new Role(stack, 'Exerciser', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })],
  watchAlarms: [
    new Alarm(stack, 'NobodyWatches', {
      metric: new Metric({ namespace: 'Test', metricName: 'Failed' }),
      threshold: 1,
      evaluationPeriods: 1,
    }),
  ],
  ...more,
});

const synthesized = (more: Partial<VersionRelease> = {}, latencyLimit = {}) => {
  const stack = testStack();
  const release = releaseIn(stack, more);
  new ProgressiveFunction<Env>(stack, 'Greeting', { ...greet, release, operation: 'greetGuest', ...latencyLimit });
  return checkedTemplate(stack);
};

const group = Match.stringLikeRegexp('^GreetingRollouts');
const currentVersion = { 'Fn::GetAtt': [Match.stringLikeRegexp('^GreetingFunctionCurrentVersion'), 'Version'] };

describe('ProgressiveFunction', () => {
  it('has its alias shifted by CodeDeploy, between two hooks', () => {
    synthesized().hasResource('AWS::Lambda::Alias', {
      Properties: { Name: 'live', FunctionVersion: currentVersion },
      UpdatePolicy: {
        CodeDeployLambdaAliasUpdate: {
          ApplicationName: 'manners',
          DeploymentGroupName: { Ref: group },
          BeforeAllowTrafficHook: 'manners-before:live',
          AfterAllowTrafficHook: 'manners-after:live',
        },
      },
    });
  });

  it('sends traffic back whatever goes wrong: a failure, a stop, an alarm, or alarms that cannot be read', () => {
    synthesized().hasResourceProperties('AWS::CodeDeploy::DeploymentGroup', {
      ApplicationName: 'manners',
      DeploymentGroupName: 'greetGuest',
      DeploymentConfigName: 'tenth-first',
      DeploymentStyle: { DeploymentType: 'BLUE_GREEN', DeploymentOption: 'WITH_TRAFFIC_CONTROL' },
      AutoRollbackConfiguration: {
        Enabled: true,
        Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST', 'DEPLOYMENT_STOP_ON_ALARM'],
      },
      AlarmConfiguration: {
        Enabled: true,
        IgnorePollAlarmFailure: false,
        Alarms: [
          { Name: { Ref: Match.stringLikeRegexp('^GreetingVersionErrors') } },
          { Name: { Ref: Match.stringLikeRegexp('^GreetingVersionLatency') } },
          { Name: { Ref: Match.stringLikeRegexp('^GreetingVersionFailures') } },
          { Name: { Ref: Match.stringLikeRegexp('^NobodyWatches') } },
        ],
      },
    });
  });

  it.each([
    ['AWS/Lambda', 'Errors', { Statistic: 'Average', Threshold: 0.1, EvaluationPeriods: 2 }],
    ['AWS/Lambda', 'Duration', { ExtendedStatistic: 'p99', Threshold: 5000, EvaluationPeriods: 2 }],
    ['Tenfold', 'Failures', { Statistic: 'Sum', Threshold: 10, EvaluationPeriods: 1 }],
  ])('looks at %s %s of the new version alone, and takes silence for no failure', (Namespace, MetricName, terms) => {
    synthesized().hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace,
      MetricName,
      ...terms,
      Period: 60,
      TreatMissingData: 'notBreaching',
      Dimensions: [
        { Name: 'ExecutedVersion', Value: currentVersion },
        { Name: 'FunctionName', Value: { Ref: Match.stringLikeRegexp('^GreetingFunction') } },
        {
          Name: 'Resource',
          Value: { 'Fn::Join': ['', [{ Ref: Match.stringLikeRegexp('^GreetingFunction') }, ':live']] },
        },
      ],
    });
  });

  it('is shifted only once its alarms look at the new version, and everybody may do what they do then', () => {
    const [alias] = Object.values(synthesized().findResources('AWS::Lambda::Alias'));
    const waitsFor = [alias?.['DependsOn']].flat().map((id: unknown) => String(id).replace(/[0-9A-F]{8}$/, ''));
    expect(waitsFor.toSorted()).toEqual([
      'GreetingExercise',
      'GreetingRollouts',
      'GreetingShift',
      'GreetingVersionErrors',
      'GreetingVersionFailures',
      'GreetingVersionLatency',
    ]);
  });

  it('lets CodeDeploy move this alias and see these alarms, and the judge ask versions of this function, and nobody more', () => {
    const template = synthesized();
    const name = Match.stringLikeRegexp('^GreetingFunction');
    const alarmArns = [
      'GreetingVersionErrors',
      'GreetingVersionFailures',
      'GreetingVersionLatency',
      'NobodyWatches',
    ].map((alarm) => ({ 'Fn::GetAtt': [Match.stringLikeRegexp(`^${alarm}`), 'Arn'] }));
    template.hasResourceProperties('AWS::IAM::Policy', {
      Roles: [{ Ref: Match.stringLikeRegexp('^DeployRole') }],
      PolicyDocument: {
        Statement: [
          {
            Action: ['lambda:GetAlias', 'lambda:GetProvisionedConcurrencyConfig', 'lambda:UpdateAlias'],
            Resource: [
              { 'Fn::GetAtt': [name, 'Arn'] },
              { 'Fn::Join': ['', [{ 'Fn::GetAtt': [name, 'Arn'] }, ':live']] },
            ],
          },
          { Action: 'cloudwatch:DescribeAlarms', Resource: alarmArns },
        ],
      },
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      Roles: [{ Ref: Match.stringLikeRegexp('^Exerciser') }],
      PolicyDocument: {
        Statement: [
          {
            Action: 'lambda:InvokeFunction',
            Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': [name, 'Arn'] }, ':*']] },
          },
        ],
      },
    });
  });

  it('is in the same place as a plain function would be, so that a deployed one may become progressive', () => {
    const stack = testStack();
    new ServiceFunction<Env>(stack, 'Greeting', greet);
    const plain = Object.keys(checkedTemplate(stack).toJSON()['Resources']);
    expect(Object.keys(synthesized().toJSON()['Resources'])).toEqual(expect.arrayContaining(plain));
  });

  it('has all traffic at once, without alarms and hooks, when the glass is broken', () => {
    const template = synthesized({ breakGlass: { reason: 'the alarm itself is wrong' } });
    template.hasResourceProperties('AWS::CodeDeploy::DeploymentGroup', {
      DeploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce',
      AlarmConfiguration: { Enabled: false },
    });
    template.hasResource('AWS::Lambda::Alias', {
      UpdatePolicy: {
        CodeDeployLambdaAliasUpdate: {
          BeforeAllowTrafficHook: Match.absent(),
          AfterAllowTrafficHook: Match.absent(),
        },
      },
    });
  });
});
