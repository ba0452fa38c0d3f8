import { LOCAL_REGION } from '../cloud';
import type { Place } from '../deployment/aws-clients';
import { readEmulatorState } from '../emulator/emulator-state';
import { LocalCloudError } from '../local.errors';

/**
 * Where a stage is deployed: the running emulator for `local`, AWS for the others.
 * @throws LocalCloudError no emulator is running
 */
export const placeOfStage = async (stage: string, region = LOCAL_REGION): Promise<Place> => {
  if (stage !== 'local') return { region };
  const given = process.env['AWS_ENDPOINT_URL'];
  if (given !== undefined && given !== '') return { region, endpoint: given.replace(/\/$/, '') };
  const state = await readEmulatorState();
  if (state !== undefined) return { region: state.region, endpoint: state.endpoint };
  throw new LocalCloudError(
    'no local cloud is running',
    'npm start in another terminal, or set AWS_ENDPOINT_URL to your emulator; --stage dev|prod asks AWS',
  );
};
