import { Duration } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { FeatureFlags } from '../../../lib/constructs/feature-flags';
import { ServiceFunction } from '../../../lib/constructs/service-function';
import { allowedActions, checkedTemplate, statements, testStack } from './synthesize';

const withFlags = () => {
  const stack = testStack();
  const functionOf = (id: string, entry: string, environment = {}) =>
    new ServiceFunction<never>(stack, id, {
      entry,
      environment,
      failureImpact: 'Somebody is hurt.',
    });
  const flags = new FeatureFlags(stack, 'Flags', {
    schema: { type: 'object' },
    validator: functionOf('Validator', 'flags/validate'),
    deploymentDuration: Duration.minutes(10),
    growthPercent: 20,
    bakeTime: Duration.minutes(5),
  });
  const reader = functionOf('Reader', 'shop/check-out', flags.environment);
  return { stack, flags, reader };
};

const { stack, flags, reader } = withFlags();
flags.readBy(reader, 'shop');
flags.rollBackOn('Errors', {
  metric: new Metric({ namespace: 'Shop', metricName: 'Errors' }),
  impact: 'Customers get errors.',
});
const template = checkedTemplate(stack);

describe('FeatureFlags', () => {
  it('keeps what flags say out of the template', () => {
    template.resourceCountIs('AWS::AppConfig::HostedConfigurationVersion', 0);
    template.resourceCountIs('AWS::AppConfig::Deployment', 0);
  });

  it('has every configuration checked by a schema, and by the live version of a function', () => {
    template.hasResourceProperties('AWS::AppConfig::ConfigurationProfile', {
      LocationUri: 'hosted',
      Type: 'AWS.Freeform',
      Validators: [
        { Type: 'JSON_SCHEMA', Content: '{"type":"object"}' },
        { Type: 'LAMBDA', Content: { Ref: Match.stringLikeRegexp('^ValidatorLive') } },
      ],
    });
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      Principal: 'appconfig.amazonaws.com',
      FunctionName: { Ref: Match.stringLikeRegexp('^ValidatorLive') },
    });
  });

  it('deploys gradually and bakes, or at once', () => {
    template.hasResourceProperties('AWS::AppConfig::DeploymentStrategy', {
      GrowthType: 'LINEAR',
      GrowthFactor: 20,
      DeploymentDurationInMinutes: 10,
      FinalBakeTimeInMinutes: 5,
    });
    template.hasResourceProperties('AWS::AppConfig::DeploymentStrategy', {
      GrowthFactor: 100,
      DeploymentDurationInMinutes: 0,
      FinalBakeTimeInMinutes: 0,
    });
  });

  it('grants a reader these flags and no other configuration', () => {
    const reading = statements(template.toJSON()).filter(({ Action }) =>
      Action.includes('appconfig:GetLatestConfiguration'),
    );

    expect(reading).toHaveLength(1);
    expect(reading[0]?.Action).toEqual(['appconfig:GetLatestConfiguration', 'appconfig:StartConfigurationSession']);
    expect(JSON.stringify(reading[0]?.Resource)).toMatch(
      /:application\/.*FlagsApplication.*\/environment\/.*FlagsEnvironment.*\/configuration\/.*FlagsProfile/,
    );
    expect(allowedActions(template).filter((action) => action.includes('*'))).toEqual([]);
  });

  it('tells a reader by its environment where the flags are', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: {
          FLAGS_APPLICATION: { Ref: Match.stringLikeRegexp('^FlagsApplication') },
          FLAGS_ENVIRONMENT: { Ref: Match.stringLikeRegexp('^FlagsEnvironment') },
          FLAGS_PROFILE: { Ref: Match.stringLikeRegexp('^FlagsProfile') },
          FLAGS_POLL_SECONDS: '15',
        },
      },
    });
  });

  it.each([
    ['FlagsStale', 'flags stale', 'flags.md#stale'],
    ['FlagsRefused', 'flags refused', 'flags.md#refused'],
  ])('counts %s in the reader’s log, and rings', (metricName, message, runbook) => {
    template.hasResourceProperties('AWS::Logs::MetricFilter', {
      FilterPattern: `{ $.message = "${message}" }`,
      MetricTransformations: [
        { MetricNamespace: 'Tenfold', MetricName: metricName, Dimensions: [{ Key: 'service', Value: '$.service' }] },
      ],
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: metricName,
      Dimensions: [{ Name: 'service', Value: 'shop' }],
      AlarmDescription: Match.stringLikeRegexp(runbook),
    });
  });

  it('rolls a deployment back on flags that cannot be read, and on whatever else it was told to watch', () => {
    const alarm = (name: string) => ({
      AlarmArn: { 'Fn::GetAtt': [Match.stringLikeRegexp(name), 'Arn'] },
      AlarmRoleArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^FlagsMonitorRole'), 'Arn'] },
    });
    template.hasResourceProperties('AWS::AppConfig::Environment', {
      Monitors: [alarm('ShopReadersRefused'), alarm('^FlagsErrors')],
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          {
            Action: 'cloudwatch:DescribeAlarms',
            Effect: 'Allow',
            Resource: [
              { 'Fn::GetAtt': [Match.stringLikeRegexp('^FlagsErrors'), 'Arn'] },
              { 'Fn::GetAtt': [Match.stringLikeRegexp('ShopReadersRefused'), 'Arn'] },
            ],
          },
        ],
      },
    });
  });

  it('has one pair of alarms a service, however many of its functions read flags', () => {
    const again = withFlags();
    again.flags.readBy(again.reader, 'shop');
    const other = new ServiceFunction<never>(again.stack, 'Other', {
      entry: 'shop/other',
      environment: {},
      failureImpact: 'Somebody is hurt.',
    });
    again.flags.readBy(other, 'shop');

    const alarms = Object.values(checkedTemplate(again.stack).findResources('AWS::CloudWatch::Alarm'));

    expect(alarms.filter(({ Properties }) => Properties.MetricName === 'FlagsStale')).toHaveLength(1);
  });

  it('refuses more alarms than AppConfig watches', () => {
    const { flags: watched } = withFlags();
    const metric = new Metric({ namespace: 'Shop', metricName: 'Errors' });
    const add = (id: string) => watched.rollBackOn(id, { metric, impact: 'Customers get errors.' });
    for (const id of ['A', 'B', 'C', 'D', 'E']) add(id);

    expect(() => add('F')).toThrow(/has 5 alarms, expected no more/);
  });
});
