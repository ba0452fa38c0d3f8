import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { setServiceDefaults } from '../../../lib/constructs/service-defaults';
import { ServiceFunction, type ServiceFunctionProps } from '../../../lib/constructs/service-function';
import { allowedActions, checkedTemplate, testStack } from './synthesize';

interface GreetEnv {
  readonly AWS_REGION: string;
  readonly GREETING: string;
  readonly TONE?: string | undefined;
}

const greet: ServiceFunctionProps<GreetEnv> = {
  entry: 'manners/greet-guest',
  environment: { GREETING: 'hello' },
  failureImpact: 'Guests are not greeted.',
};

describe('ServiceFunction', () => {
  it('runs Node 24 on ARM64, traced, with JSON logs in a group of its own that is kept as long as the stage says', () => {
    const stack = testStack({ logRetention: RetentionDays.ONE_WEEK });
    new ServiceFunction<GreetEnv>(stack, 'Greeting', greet);
    const template = checkedTemplate(stack);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      MemorySize: 256,
      Timeout: 10,
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: Match.stringLikeRegexp('^GreetingLogs') } },
      Environment: { Variables: { GREETING: 'hello', POWERTOOLS_SERVICE_NAME: 'manners' } },
    });
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
  });

  it('is called by an alias of a published version', () => {
    const stack = testStack();
    const caller = new Role(stack, 'Caller', { assumedBy: new ServicePrincipal('states.amazonaws.com') });
    new ServiceFunction<GreetEnv>(stack, 'Greeting', greet).grantInvoke(caller);
    const template = checkedTemplate(stack);
    template.hasResourceProperties('AWS::Lambda::Alias', {
      Name: 'live',
      FunctionVersion: { 'Fn::GetAtt': [Match.stringLikeRegexp('^GreetingFunctionCurrentVersion'), 'Version'] },
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          {
            Action: 'lambda:InvokeFunction',
            Effect: 'Allow',
            Resource: { Ref: Match.stringLikeRegexp('^GreetingLive') },
          },
        ],
      },
    });
  });

  it('invokes exactly its own alias in the regions it is granted', () => {
    const stack = testStack();
    const named = new ServiceFunction<GreetEnv>(stack, 'Greeting', { ...greet, functionName: 'manners-greet-guest' });
    named.grantInvokePeers(['us-east-1', 'eu-west-1']);
    const template = checkedTemplate(stack);
    template.hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'manners-greet-guest' });
    const [granted] = Object.values(template.findResources('AWS::IAM::Policy')).flatMap(({ Properties }) =>
      Properties.PolicyDocument.Statement.filter(
        ({ Action }: { Action: unknown }) => Action === 'lambda:InvokeFunction',
      ),
    );
    const arns = JSON.stringify(granted.Resource)
      .match(/:lambda:[^,]+/g)
      ?.sort();
    expect(granted.Resource).toHaveLength(2);
    expect(arns?.[0]).toMatch(/^:lambda:eu-west-1:.*:function:manners-greet-guest:live"/);
    expect(arns?.[1]).toMatch(/^:lambda:us-east-1:.*:function:manners-greet-guest:live"/);
  });

  it('is granted nothing in other regions where there are none, and needs a name that they know', () => {
    const stack = testStack();
    const greeting = new ServiceFunction<GreetEnv>(stack, 'Greeting', greet);
    greeting.grantInvokePeers([]);
    expect(() => greeting.grantInvokePeers(['us-east-1'])).toThrow('has no functionName');
    expect(allowedActions(checkedTemplate(stack))).not.toContain('lambda:InvokeFunction');
  });

  it('may write its logs and its traces, and nothing else', () => {
    const stack = testStack();
    new ServiceFunction<GreetEnv>(stack, 'Greeting', greet);
    expect(allowedActions(checkedTemplate(stack))).toEqual([
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'sts:AssumeRole',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
  });

  it('tells the alarm topic who is hurt when it fails or is throttled', () => {
    const stack = testStack();
    const alarmTopic = new Topic(stack, 'Alarms', { enforceSSL: true });
    setServiceDefaults(stack, { alarmTopic });
    new ServiceFunction<GreetEnv>(stack, 'Greeting', greet);
    const template = checkedTemplate(stack);
    for (const [metric, heading] of [
      ['Errors', 'errors'],
      ['Throttles', 'throttles'],
    ]) {
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        MetricName: metric,
        AlarmDescription: `Guests are not greeted. Runbook: docs/runbooks/functions.md#${heading}`,
        AlarmActions: [{ Ref: Match.stringLikeRegexp('^Alarms') }],
        TreatMissingData: 'notBreaching',
      });
    }
  });

  it('rings for throttles alone when its errors are ordinary answers', () => {
    const stack = testStack();
    const optOutOfErrorAlarm = { reason: 'a refusal is told by throwing' };
    new ServiceFunction<GreetEnv>(stack, 'Greeting', { ...greet, optOutOfErrorAlarm });
    const alarms = Object.values(checkedTemplate(stack).findResources('AWS::CloudWatch::Alarm'));
    expect(alarms.map(({ Properties }: { Properties?: { MetricName?: string } }) => Properties?.MetricName)).toEqual([
      'Throttles',
    ]);
  });

  it('is wrapped in fault injection only where the stage says so', () => {
    const stack = testStack({ faultInjection: true });
    new ServiceFunction<GreetEnv>(stack, 'Greeting', greet);
    checkedTemplate(stack).hasResourceProperties('AWS::Lambda::Function', { Handler: 'faulty.handler' });
  });

  it('keeps its logs and its old versions where the stage retains', () => {
    const stack = testStack({ removalPolicy: RemovalPolicy.RETAIN });
    new ServiceFunction<GreetEnv>(stack, 'Greeting', greet);
    const template = checkedTemplate(stack);
    template.hasResource('AWS::Logs::LogGroup', { DeletionPolicy: 'Retain' });
    template.hasResource('AWS::Lambda::Version', { DeletionPolicy: 'Retain' });
  });

  it('takes a timeout, a size and a cap of its own', () => {
    const stack = testStack();
    const own = { timeout: Duration.seconds(30), memorySize: 512, reservedConcurrency: 2 };
    new ServiceFunction<GreetEnv>(stack, 'Greeting', { ...greet, ...own });
    checkedTemplate(stack).hasResourceProperties('AWS::Lambda::Function', {
      Timeout: 30,
      MemorySize: 512,
      ReservedConcurrentExecutions: 2,
    });
  });

  it('does not compile with a missing or a misspelt key', () => {
    // @ts-expect-error GREETING is missing
    const missing: ServiceFunctionProps<GreetEnv>['environment'] = { TONE: 'warm' };
    // @ts-expect-error GRETING is unknown
    const misspelt: ServiceFunctionProps<GreetEnv>['environment'] = { GREETING: 'hello', GRETING: 'hello' };
    expect([missing, misspelt]).toHaveLength(2);
  });
});
