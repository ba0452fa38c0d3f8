import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { probes } from '../../contracts/openapi/probes';
import { clientDefaults } from '../shared/client-defaults';
import { logger } from '../shared/logger';
import { readEnv } from '../shared/read-env';
import { systemTimer } from '../shared/system-timer.adapter';
import { CloudWatchVersionMetrics } from './cloudwatch-version-metrics.adapter';
import { judgeCanaryEnv, judgeRequest } from './judge-canary.contract';
import { type JudgeAnswer, judgeCanary } from './judge-canary.use-case';
import { LambdaFunctionVersions } from './lambda-function-versions.adapter';
import { PowertoolsVerdictReport } from './powertools-verdict-report.adapter';

const env = readEnv(judgeCanaryEnv);
const judge = judgeCanary({
  windowSeconds: env.WINDOW_SECONDS,
  probes,
  metrics: new CloudWatchVersionMetrics(new CloudWatchClient(clientDefaults), env.WINDOW_SECONDS),
  versions: new LambdaFunctionVersions(),
  report: new PowertoolsVerdictReport(),
  timer: systemTimer,
  log: logger(),
});

export const handler = async (event: unknown): Promise<JudgeAnswer> => judge(judgeRequest.parse(event));
