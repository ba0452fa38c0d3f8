import { Aws, Duration, Validations } from 'aws-cdk-lib';
import { CfnPlan } from 'aws-cdk-lib/aws-arcregionswitch';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/** One of the two regions of a plan. */
export interface SwitchedRegion {
  readonly region: string;
  /** ARN of the function in this region that carries out the evacuation of the *other* one. It may be called again and again. */
  readonly evacuateOther: string;
  /** ARN of the function in this region that lets it back in. It may be called again and again. */
  readonly returnHere: string;
}

export interface RegionSwitchPlanProps {
  /** Up to 32 letters, digits and hyphens; a physical name, because ARC makes up none. */
  readonly planName: string;
  /** ARC plans know exactly two. */
  readonly regions: readonly [SwitchedRegion, SwitchedRegion];
  /** How long ARC goes on calling a function that fails. @default Duration.minutes(60) */
  readonly patience?: Duration;
}

/**
 * An ARC Region switch plan (active/active) over functions that do the work: *deactivate* a region calls the other region's
 * `evacuateOther`, *activate* it calls its own `returnHere`. What it adds to calling them by hand: a console that answers in the surviving
 * region, approvals by IAM, a record of every run with its recovery time, and regular checks that all of it could still run.
 *
 * Costs about 70 USD a plan and month (list price), used or not. Off unless you want it.
 *
 * @example
 * new RegionSwitchPlan(this, 'Plan', { planName: 'shop-prod', regions: [saoPaulo, virginia] });
 */
export class RegionSwitchPlan extends Construct {
  public readonly planArn: string;

  constructor(scope: Construct, id: string, props: RegionSwitchPlanProps) {
    super(scope, id);
    const { planName, regions, patience = Duration.minutes(60) } = props;
    const role = this.executionRole(planName, regions);
    const workflow = (action: 'activate' | 'deactivate', name: string, arns: readonly string[]) => ({
      workflowTargetAction: action,
      steps: [
        {
          name,
          executionBlockType: 'CustomActionLambda',
          executionBlockConfiguration: {
            customActionLambdaConfig: {
              lambdas: arns.map((arn) => ({ arn })),
              // Never in the region that is given up: nothing of it may be needed.
              regionToRun: 'activatingRegion',
              retryIntervalMinutes: 1,
              timeoutMinutes: patience.toMinutes(),
            },
          },
        },
      ],
    });
    const plan = new CfnPlan(this, 'Resource', {
      name: planName,
      executionRole: role.roleArn,
      recoveryApproach: 'activeActive',
      regions: regions.map(({ region }) => region),
      workflows: [
        workflow(
          'deactivate',
          'evacuate',
          regions.map(({ evacuateOther }) => evacuateOther),
        ),
        workflow(
          'activate',
          'return',
          regions.map(({ returnHere }) => returnHere),
        ),
      ],
    });
    plan.node.addDependency(role);
    this.planArn = plan.attrArn;
  }

  private executionRole(planName: string, regions: RegionSwitchPlanProps['regions']): Role {
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('arc-region-switch.amazonaws.com') });
    const plan = `arn:${Aws.PARTITION}:arc-region-switch::${Aws.ACCOUNT_ID}:plan/${planName}:*`;
    const grant = (actions: string[], resources: string[]) => {
      role.addToPolicy(new PolicyStatement({ actions, resources }));
    };
    grant(
      ['lambda:GetFunction', 'lambda:InvokeFunction'],
      regions.flatMap(({ evacuateOther, returnHere }) => [evacuateOther, returnHere]),
    );
    // By these ARC evaluates the plan: whether it could run, if it had to.
    grant(
      ['arc-region-switch:GetPlan', 'arc-region-switch:GetPlanExecution', 'arc-region-switch:ListPlanExecutions'],
      [plan],
    );
    grant(['iam:SimulatePrincipalPolicy'], [role.roleArn]);
    const policy = role.node.findChild('DefaultPolicy');
    Validations.of(policy.node.defaultChild ?? policy).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:arc-region-switch::<AWS::AccountId>:plan/${planName}:*]`,
      reason: 'ARC appends six characters to the name of a plan, which needs this role before it exists.',
    });
    return role;
  }
}
