import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { probes } from '../../contracts/openapi/probes';
import { clientDefaults } from '../shared/client-defaults';
import { logger } from '../shared/logger';
import { readEnv } from '../shared/read-env';
import { stepFunctions } from '../shared/step-functions-client';
import { systemClock as clock } from '../shared/system-clock.adapter';
import { systemTimer as timer } from '../shared/system-timer.adapter';
import { CodeDeployRollouts } from './codedeploy-rollouts.adapter';
import { exerciseVersionEnv } from './exercise-version.contract';
import { exerciseVersion } from './exercise-version.use-case';
import { hookCall } from './hook-call.contract';
import { LambdaFunctionVersions } from './lambda-function-versions.adapter';
import { StepFunctionsCanaryJudge } from './step-functions-canary-judge.adapter';

const env = readEnv(exerciseVersionEnv);
const exercise = exerciseVersion({
  probes,
  rollouts: new CodeDeployRollouts(new CodeDeployClient(clientDefaults)),
  versions: new LambdaFunctionVersions(),
  judge: new StepFunctionsCanaryJudge(stepFunctions(), env.JUDGE_ARN),
  timer,
  clock,
  log: logger(),
});

/** Called by CodeDeploy before traffic is shifted. */
export const handler = async (event: unknown): Promise<void> => exercise(hookCall.parse(event));
