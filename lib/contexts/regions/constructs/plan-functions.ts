import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { SwitchRegionEnv } from '../../../../lambdas/regions/switch-region.contract';
import type { SwitchedRegion } from '../../../constructs/region-switch-plan';
import { aliasName, ServiceFunction } from '../../../constructs/service-function';
import type { NamedTable } from './region-tables';

export interface PlanFunctionsProps {
  /** A table with the records about regions. */
  readonly records: NamedTable;
  /** The one other region of the plan. */
  readonly other: string;
  /** This region's workflow that evacuates the other one. */
  readonly evacuateArn: string;
  /** With what the names of the functions and of the workflows begin, for example `tenfold-prod`. */
  readonly prefix: string;
}

/** What the workflow is called in every region that lets another one back in. */
export const returnWorkflowName = (prefix: string): string => `${prefix}-return-region`;

/** What a Region switch plan calls in a region: taking over from the other one is done here, letting this one back in by the other. */
export class PlanFunctions extends Construct {
  public readonly functions: Omit<SwitchedRegion, 'region'>;

  constructor(scope: Construct, id: string, { records, other, evacuateArn, prefix }: PlanFunctionsProps) {
    super(scope, id);
    const { partition, account, region } = Stack.of(this);
    const STAGE_REGIONS = JSON.stringify([region, other]);
    const make = (name: string, ACTION: SwitchRegionEnv['ACTION'], WORKFLOW_ARN: string): string => {
      const functionName = `${prefix}-${ACTION}`;
      const environment = { STAGE_REGIONS, ACTION, RECORDS_TABLE: records.tableName, WORKFLOW_ARN };
      const caller = new ServiceFunction<SwitchRegionEnv>(this, name, {
        entry: 'regions/switch-region',
        functionName,
        environment,
        failureImpact: 'A Region switch plan does not come to its end.',
        optOutOfErrorAlarm: {
          reason: 'It fails for as long as the workflow is under way, which has alarms of its own.',
        },
      });
      records.table.grantRegionStanding(caller);
      const run = { actions: ['states:StartExecution', 'states:ListExecutions'], resources: [WORKFLOW_ARN] };
      caller.grantPrincipal.addToPrincipalPolicy(new PolicyStatement(run));
      return `arn:${partition}:lambda:${region}:${account}:function:${functionName}:${aliasName}`;
    };
    const returnArn = `arn:${partition}:states:${other}:${account}:stateMachine:${returnWorkflowName(prefix)}`;
    this.functions = {
      evacuateOther: make('EvacuateOther', 'evacuate-other', evacuateArn),
      returnHere: make('ReturnHere', 'return-here', returnArn),
    };
  }
}
