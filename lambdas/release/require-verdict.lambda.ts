import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { clientDefaults } from '../shared/client-defaults';
import { logger } from '../shared/logger';
import { readEnv } from '../shared/read-env';
import { stepFunctions } from '../shared/step-functions-client';
import { CodeDeployRollouts } from './codedeploy-rollouts.adapter';
import { hookCall } from './hook-call.contract';
import { requireVerdictEnv } from './require-verdict.contract';
import { requireVerdict } from './require-verdict.use-case';
import { StepFunctionsCanaryJudge } from './step-functions-canary-judge.adapter';

const env = readEnv(requireVerdictEnv);
const demand = requireVerdict({
  rollouts: new CodeDeployRollouts(new CodeDeployClient(clientDefaults)),
  judge: new StepFunctionsCanaryJudge(stepFunctions(), env.JUDGE_ARN),
  log: logger(),
});

/** Called by CodeDeploy once all traffic is shifted. */
export const handler = async (event: unknown): Promise<void> => demand(hookCall.parse(event));
