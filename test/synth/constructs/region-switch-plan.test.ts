import { RegionSwitchPlan } from '../../../lib/constructs/region-switch-plan';
import { allowedActions, checkedTemplate, statements, testStack } from './synthesize';

const functionIn = (region: string, name: string) =>
  `arn:aws:lambda:${region}:111111111111:function:tenfold-${name}:live`;

const switched = (region: string) => ({
  region,
  evacuateOther: functionIn(region, 'evacuate'),
  returnHere: functionIn(region, 'return'),
});

const withPlan = () => {
  const stack = testStack();
  new RegionSwitchPlan(stack, 'Plan', {
    planName: 'tenfold-prod',
    regions: [switched('sa-east-1'), switched('us-east-1')],
  });
  return checkedTemplate(stack);
};

describe('RegionSwitchPlan', () => {
  const template = withPlan();

  it('evacuates and returns by functions that run in the region that lives', () => {
    const step = (name: string) => [
      {
        Name: name,
        ExecutionBlockType: 'CustomActionLambda',
        ExecutionBlockConfiguration: {
          CustomActionLambdaConfig: {
            Lambdas: ['sa-east-1', 'us-east-1'].map((region) => ({ Arn: functionIn(region, name) })),
            RegionToRun: 'activatingRegion',
            RetryIntervalMinutes: 1,
            TimeoutMinutes: 60,
          },
        },
      },
    ];
    template.hasResourceProperties('AWS::ARCRegionSwitch::Plan', {
      Name: 'tenfold-prod',
      RecoveryApproach: 'activeActive',
      Regions: ['sa-east-1', 'us-east-1'],
      Workflows: [
        { WorkflowTargetAction: 'deactivate', Steps: step('evacuate') },
        { WorkflowTargetAction: 'activate', Steps: step('return') },
      ],
    });
  });

  it('may call these functions and look at itself, and nothing else', () => {
    expect(allowedActions(template)).toEqual([
      'arc-region-switch:GetPlan',
      'arc-region-switch:GetPlanExecution',
      'arc-region-switch:ListPlanExecutions',
      'iam:SimulatePrincipalPolicy',
      'lambda:GetFunction',
      'lambda:InvokeFunction',
      'sts:AssumeRole',
    ]);
    expect(statements(template.toJSON()).filter(({ Resource }) => Resource === '*')).toEqual([]);
  });
});
