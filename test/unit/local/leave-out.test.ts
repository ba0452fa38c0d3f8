import { LeftOutReferenceError, leaveOut, type Template } from '../../../local/deployment/leave-out';
import { type Gap, gaps } from '../../../local/emulator/left-out';

const noAlarms: Gap = { what: 'alarms', leavesOut: ({ Type }) => Type === 'AWS::CloudWatch::Alarm' };

const template = {
  Resources: {
    Queue: { Type: 'AWS::SQS::Queue', DependsOn: 'Alarm' },
    Topic: { Type: 'AWS::SNS::Topic', DependsOn: ['Alarm', 'Queue'] },
    Alarm: { Type: 'AWS::CloudWatch::Alarm' },
  },
  Outputs: {
    AlarmName: { Value: { Ref: 'Alarm' } },
    QueueUrl: { Value: { 'Fn::Sub': 'at ${Queue.QueueName}' } },
  },
} satisfies Template;

test('a resource that the emulator refuses goes, with its outputs and with the waiting for it', () => {
  const { template: fitted, removed } = leaveOut(template, [noAlarms]);

  expect(removed).toEqual(['Alarm']);
  expect(fitted.Resources).toEqual({
    Queue: { Type: 'AWS::SQS::Queue' },
    Topic: { Type: 'AWS::SNS::Topic', DependsOn: ['Queue'] },
  });
  expect(fitted.Outputs).toEqual({ QueueUrl: template.Outputs.QueueUrl });
});

test('a template with nothing to leave out is the same template', () => {
  expect(leaveOut(template, [{ what: 'traces are not shown' }])).toEqual({ template, removed: [] });
});

test.each([
  ['Ref', { Ref: 'Alarm' }],
  ['Fn::GetAtt', { 'Fn::GetAtt': ['Alarm', 'Arn'] }],
  ['Fn::Sub', { 'Fn::Sub': 'alarm ${Alarm}' }],
  ['Fn::Sub with variables', { 'Fn::Sub': ['${name}', { name: { Ref: 'Alarm' } }] }],
  ['a nested Ref', { 'Fn::Join': ['', ['x', { Ref: 'Alarm' }]] }],
])('what stays may not refer to what goes: %s', (_kind, value) => {
  const referring = {
    Resources: { ...template.Resources, Role: { Type: 'AWS::IAM::Role', Properties: { Description: value } } },
  };

  expect(() => leaveOut(referring, [noAlarms])).toThrow(LeftOutReferenceError);
  expect(() => leaveOut(referring, [noAlarms])).toThrow(/Role \(AWS::IAM::Role\) refers to Alarm/);
});

test('the embedded cloud gets alarms on one metric, and none on metric math', () => {
  const alarms = {
    Resources: {
      Plain: { Type: 'AWS::CloudWatch::Alarm', Properties: { MetricName: 'Errors' } },
      Math: { Type: 'AWS::CloudWatch::Alarm', Properties: { Metrics: [{ Expression: 'a / b' }] } },
      All: { Type: 'AWS::CloudWatch::CompositeAlarm', Properties: {} },
    },
  };

  expect(leaveOut(alarms, gaps.ministack).removed).toEqual(['Math', 'All']);
});

test('the embedded cloud gets a distribution without its log, and no sampling rule', () => {
  const logged = {
    Resources: {
      Distribution: { Type: 'AWS::CloudFront::Distribution' },
      Source: { Type: 'AWS::Logs::DeliverySource', Properties: { ResourceArn: { Ref: 'Distribution' } } },
      Destination: { Type: 'AWS::Logs::DeliveryDestination' },
      Delivery: {
        Type: 'AWS::Logs::Delivery',
        Properties: { DeliveryDestinationArn: { 'Fn::GetAtt': ['Destination', 'Arn'] } },
        DependsOn: ['Source'],
      },
      Rule: { Type: 'AWS::XRay::SamplingRule' },
    },
  };

  expect(Object.keys(leaveOut(logged, gaps.ministack).template.Resources ?? {})).toEqual(['Distribution']);
});

test.each(['ministack', 'localstack'] as const)(
  'an alias is deployed to %s without the group that would shift it',
  (kind) => {
    const released = {
      Resources: {
        Application: { Type: 'AWS::CodeDeploy::Application' },
        Shift: { Type: 'AWS::CodeDeploy::DeploymentConfig' },
        Group: { Type: 'AWS::CodeDeploy::DeploymentGroup', Properties: { ApplicationName: { Ref: 'Application' } } },
        Version: { Type: 'AWS::Lambda::Version' },
        Live: {
          Type: 'AWS::Lambda::Alias',
          DependsOn: ['Group', 'Version'],
          UpdatePolicy: { CodeDeployLambdaAliasUpdate: { DeploymentGroupName: { Ref: 'Group' } } },
        },
        Fleet: { Type: 'AWS::AutoScaling::AutoScalingGroup', UpdatePolicy: { AutoScalingRollingUpdate: {} } },
      },
    };

    expect(leaveOut(released, gaps[kind]).template.Resources).toEqual({
      Version: { Type: 'AWS::Lambda::Version' },
      Live: { Type: 'AWS::Lambda::Alias', DependsOn: ['Version'] },
      Fleet: released.Resources.Fleet,
    });
  },
);
