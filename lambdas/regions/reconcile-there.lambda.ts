import { logger } from '../shared/logger';
import { readEnv } from '../shared/read-env';
import { callIn } from './lambda-region-call.adapter';
import { reconciled, reconcileThereEnv, reconcileThereRequest } from './reconcile-there.contract';
import { reconcileThere } from './reconcile-there.use-case';

const env = readEnv(reconcileThereEnv);
const reconcile = reconcileThere({
  regions: env.STAGE_REGIONS,
  ask: async (region, payload) => reconciled.parse(await callIn(region, env.RECONCILE_FUNCTION, payload)),
});

export const handler = async (event: unknown) => {
  const request = reconcileThereRequest.parse(event);
  const answer = await reconcile(request);
  logger().info('stock reconciled', { request, answer });
  return answer;
};
