import { Validations } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

// Neither X-Ray nor the delivery of logs offers permissions by resource; kept apart so that the acknowledgement covers nothing else.
const delivery = [
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
  'xray:PutTraceSegments',
  'xray:PutTelemetryRecords',
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
];

/** The role of a state machine that is traced and logged, and may do nothing else yet. */
export const observedWorkflowRole = (scope: Construct, id: string): Role => {
  const role = new Role(scope, id, {
    assumedBy: new ServicePrincipal('states.amazonaws.com'),
    inlinePolicies: {
      Observability: new PolicyDocument({
        statements: [new PolicyStatement({ actions: delivery, resources: ['*'] })],
      }),
    },
  });
  Validations.of(role.node.defaultChild ?? role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'X-Ray and the delivery of logs offer no resource-level permissions.',
  });
  return role;
};
