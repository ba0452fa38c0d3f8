import { accessTokens } from '../../local/access-token';
import { ensureCloud } from '../../local/cloud';
import { regionsOfStage } from '../../local/deployment/regions-of-stage';
import { readStackOutputs, stackPrefix } from '../../local/deployment/stack-outputs';
import { taskListOn } from '../../local/terminal/task-list';
import type { Cloud } from './deployed-system';

/** Where a drill is to run. */
export interface CloudChoice {
  readonly target: 'local' | 'aws';
  /** Stage of the deployment on AWS. */
  readonly stage: string;
  /** Its region. @default AWS_REGION, or the stage's first region */
  readonly region?: string;
}

/** A cloud that was found, or brought up. */
export interface OpenCloud {
  readonly cloud: Cloud;
  /** Ends it if it was brought up for this run. */
  readonly close: () => Promise<void>;
}

const openAws = async ({ stage, region: asked }: CloudChoice): Promise<OpenCloud> => {
  const region = asked ?? process.env['AWS_REGION'] ?? (await regionsOfStage(stage))[0];
  const place = { region };
  const prefix = stackPrefix(stage, region);
  const outputs = await readStackOutputs(place, prefix);
  const apiUrl = outputs.get('GatewayService', 'ApiUrl');
  const cloud = {
    target: 'aws',
    region,
    stackPrefix: prefix,
    outputs,
    apiUrl,
    token: accessTokens(place, outputs),
  } as const;
  return { cloud, close: async () => undefined };
};

/**
 * Finds the deployment: the local cloud is brought up, and today's sources deployed to it, when that is not done yet.
 * @throws LocalCloudError the local cloud cannot be brought up, or there is no such deployment on AWS
 */
export const openCloud = async (choice: CloudChoice): Promise<OpenCloud> => {
  if (choice.target === 'aws') return openAws(choice);
  const local = await ensureCloud({ tasks: taskListOn(process.stdout) });
  const { region, endpoint, outputs, apiUrl, emulatorPid } = local;
  return {
    cloud: {
      target: 'local',
      region,
      endpoint,
      outputs,
      apiUrl,
      stackPrefix: local.stackPrefix,
      token: () => local.token(),
      local,
      ...(emulatorPid === undefined ? {} : { emulatorPid }),
    },
    close: () => local.stop(),
  };
};
