import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { clientDefaults } from '../shared/client-defaults';
import { logger } from '../shared/logger';
import { CodeDeployRollouts } from './codedeploy-rollouts.adapter';
import { stopRequest } from './stop-rollout.contract';
import { stopRollout } from './stop-rollout.use-case';

const stop = stopRollout({
  rollouts: new CodeDeployRollouts(new CodeDeployClient(clientDefaults)),
  log: logger(),
});

export const handler = async (event: unknown) => stop(stopRequest.parse(event));
