import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { StageName } from '../../lib/app/stage-config';
import { readStageSettings } from '../../lib/app/stage-settings';
import { stageConfig } from '../../lib/app/stages';
import { clientConfig } from '../deployment/aws-clients';
import { placeOfStage } from '../operator/deployment-of-stage';
import { GateError } from './gate.errors';
import { reasonOf } from './reason';

/**
 * Makes sure that a stage is asked in its own account: in any other one nothing of it is deployed, and everything would fit.
 * @throws GateError the credentials are those of another account, or of nobody
 * @throws StageConfigError the stage's configuration is wrong
 * @throws LocalCloudError no emulator runs
 */
export const requireAccountOf = async (stage: StageName): Promise<void> => {
  const { account, regions } = stageConfig(stage, readStageSettings(stage));
  const sts = new STSClient(clientConfig(await placeOfStage(stage, regions[0])));
  const asking = await sts.send(new GetCallerIdentityCommand({})).catch((cause: unknown) => {
    throw new GateError(
      `stage ${stage} cannot be asked: whose credentials there are is not known: ${reasonOf(cause)}`,
      {
        cause,
      },
    );
  });
  if (asking.Account !== account)
    throw new GateError(
      `stage ${stage} is in account ${account}, and the credentials are of ${asking.Account ?? 'no account'}; expected those of the stage's account`,
    );
};
