import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LOCAL_REGION } from '../cloud';
import type { Place } from '../deployment/aws-clients';
import { readEmulatorState } from '../emulator/emulator-state';
import { LocalCloudError } from '../local.errors';
import { projectRoot } from '../paths';

const settings = z.looseObject({ regions: z.array(z.string()).min(1).optional() });

/** The first region that the stage's own settings name, or what every stage begins with. */
const firstRegionOf = async (stage: string): Promise<string> => {
  const path = join(projectRoot, 'config', `${stage}.json`);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return LOCAL_REGION;
    throw error;
  }
  try {
    return settings.parse(JSON.parse(text)).regions?.[0] ?? LOCAL_REGION;
  } catch (error) {
    throw new LocalCloudError(
      `config/${stage}.json cannot be read: ${String(error)}`,
      'name the region: --region <region>',
    );
  }
};

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
    return { region: region ?? (await firstRegionOf(stage)) };
  }
  if (given !== '') return { region: region ?? LOCAL_REGION, endpoint: given.replace(/\/$/, '') };
  const state = await readEmulatorState();
  if (state !== undefined) return { region: region ?? state.region, endpoint: state.endpoint };
  throw new LocalCloudError(
    'no local cloud is running',
    'npm start in another terminal, or set AWS_ENDPOINT_URL to your emulator; --stage dev|prod asks AWS',
  );
};
