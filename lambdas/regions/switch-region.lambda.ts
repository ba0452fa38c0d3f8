import { dynamoDb } from '../shared/dynamodb-client';
import { logger } from '../shared/logger';
import { readEnv } from '../shared/read-env';
import { systemClock as clock } from '../shared/system-clock.adapter';
import { DynamoDbRegionLedger } from './dynamodb-region-ledger.adapter';
import { StepFunctionsWorkflowRuns } from './step-functions-workflow-runs.adapter';
import { type SwitchedRegionAnswer, switchRegionEnv } from './switch-region.contract';
import { switchRegion } from './switch-region.use-case';

const { ACTION, RECORDS_TABLE, STAGE_REGIONS, WORKFLOW_ARN, AWS_REGION: here } = readEnv(switchRegionEnv);
const carryOut = switchRegion({
  here,
  // A plan has two regions.
  other: STAGE_REGIONS.find((region) => region !== here) ?? here,
  ledger: new DynamoDbRegionLedger(dynamoDb(), RECORDS_TABLE),
  runs: new StepFunctionsWorkflowRuns(WORKFLOW_ARN),
  clock,
});

/** Called by ARC Region switch, again and again, until it answers. What the plan says about its run is not needed. */
export const handler = async (event: unknown): Promise<SwitchedRegionAnswer> => {
  logger().info('a Region switch plan is run', { event, action: ACTION });
  return carryOut(ACTION);
};
