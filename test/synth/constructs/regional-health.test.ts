import { Match } from 'aws-cdk-lib/assertions';
import { HeartbeatAlarm } from '../../../lib/constructs/heartbeat-alarm';
import { RegionalHealth } from '../../../lib/constructs/regional-health';
import { checkedTemplate, testStack } from './synthesize';

const withHealth = () => {
  const stack = testStack();
  const heartbeat = new HeartbeatAlarm(stack, 'Heartbeat', {
    namespace: 'Shop/Regions',
    metricName: 'InService',
    dimensions: { region: 'sa-east-1' },
    impact: 'South America is served from elsewhere.',
    runbook: 'regions.md#health-checks',
  });
  new RegionalHealth(stack, 'SaoPaulo', {
    region: 'sa-east-1',
    hostName: 'sa-east-1.api.example.com',
    heartbeatAlarmName: heartbeat.alarmName,
    impact: 'South America is served from elsewhere.',
    runbook: 'regions.md#health-checks',
  });
  return checkedTemplate(stack);
};

const template = withHealth();

describe('RegionalHealth', () => {
  it('asks the region from outside every ten seconds and believes two failures', () => {
    template.hasResourceProperties('AWS::Route53::HealthCheck', {
      HealthCheckConfig: {
        Type: 'HTTPS',
        FullyQualifiedDomainName: 'sa-east-1.api.example.com',
        Port: 443,
        ResourcePath: '/health',
        EnableSNI: true,
        RequestInterval: 10,
        FailureThreshold: 2,
        MeasureLatency: true,
      },
    });
  });

  it('takes silence of the heartbeat for a failure, not for the last known status', () => {
    template.hasResourceProperties('AWS::Route53::HealthCheck', {
      HealthCheckConfig: {
        Type: 'CLOUDWATCH_METRIC',
        AlarmIdentifier: { Region: 'sa-east-1', Name: { Ref: Match.stringLikeRegexp('^Heartbeat') } },
        InsufficientDataHealthStatus: 'Unhealthy',
      },
    });
  });

  it('is healthy only while both checks are', () => {
    const checks = template.findResources('AWS::Route53::HealthCheck', {
      Properties: { HealthCheckConfig: { Type: Match.anyValue() } },
    });
    const others = Object.keys(checks).filter((id) => !id.includes('Both'));
    template.hasResourceProperties('AWS::Route53::HealthCheck', {
      HealthCheckConfig: {
        Type: 'CALCULATED',
        HealthThreshold: 2,
        ChildHealthChecks: others.map((Ref) => ({ Ref })),
      },
    });
    expect(others).toHaveLength(2);
  });

  it('gives each check a name for people', () => {
    for (const name of ['sa-east-1: endpoint', 'sa-east-1: heartbeat', 'sa-east-1: in service']) {
      template.hasResourceProperties('AWS::Route53::HealthCheck', {
        HealthCheckTags: Match.arrayWith([{ Key: 'Name', Value: name }]),
      });
    }
  });

  it('rings when Route 53 holds the region for unhealthy, or says nothing about it', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'AWS/Route53',
      MetricName: 'HealthCheckStatus',
      Dimensions: [{ Name: 'HealthCheckId', Value: { Ref: Match.stringLikeRegexp('^SaoPauloBoth') } }],
      Statistic: 'Minimum',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'breaching',
      AlarmDescription: 'South America is served from elsewhere. Runbook: docs/runbooks/regions.md#health-checks',
    });
  });
});

describe('HeartbeatAlarm', () => {
  it('rings after three minutes without a beat, whether the heart says so or says nothing', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'Shop/Regions',
      MetricName: 'InService',
      Dimensions: [{ Name: 'region', Value: 'sa-east-1' }],
      Period: 60,
      EvaluationPeriods: 3,
      Statistic: 'Minimum',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'breaching',
    });
  });

  it('has nothing that a Route 53 health check cannot follow: no metric math, no extended statistic, no M out of N', () => {
    const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
    expect(alarms).toHaveLength(2);
    for (const { Properties } of alarms) {
      expect(Object.keys(Properties)).toEqual(
        expect.not.arrayContaining(['Metrics', 'ExtendedStatistic', 'DatapointsToAlarm']),
      );
    }
  });
});
