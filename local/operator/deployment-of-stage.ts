import type { Place } from '../deployment/aws-clients';
import { regionsOfStage } from '../deployment/regions-of-stage';
import { readEmulatorState } from '../emulator/emulator-state';
import { LocalCloudError } from '../local.errors';

/**
 * Where a stage is deployed: the running emulator for `local`, AWS for the others.
 * @throws LocalCloudError no emulator is running, or the environment points a stage of AWS to one
 */
export const placeOfStage = async (stage: string, region?: string): Promise<Place> => {
  const given = process.env['AWS_ENDPOINT_URL'] ?? '';
  if (stage !== 'local') {
    // The SDK would follow it, and an empty emulator looks like a deployment without cases.
    if (given !== '')
      throw new LocalCloudError(`AWS_ENDPOINT_URL is ${given}, and stage ${stage} is on AWS`, 'unset it');
    return { region: region ?? (await regionsOfStage(stage))[0] };
  }
  if (given !== '') {
    return { region: region ?? (await regionsOfStage(stage))[0], endpoint: given.replace(/\/$/, '') };
  }
  const state = await readEmulatorState();
  if (state !== undefined) return { region: region ?? state.region, endpoint: state.endpoint };
  throw new LocalCloudError(
    'no local cloud is running',
    'npm start in another terminal, or set AWS_ENDPOINT_URL to your emulator; --stage dev|prod asks AWS',
  );
};
