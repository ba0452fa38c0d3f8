import { z } from 'zod';
import { regionModes } from '../emulator/emulator-control';
import { LocalCloudError } from '../local.errors';

/** How a server of this machine answers its clients: as it should, or as something broken would. */
export const serverMode = z.strictObject({
  /** Besides the modes of a region: `unanswered` does what it is asked for, and its answers are lost on the way. */
  mode: z.enum([...regionModes, 'unanswered']),
  /** Of a slow one. */
  delayMilliseconds: z.int().min(0).default(0),
  /** Only requests of this path, for example `/health`; absent: all. */
  onlyPath: z.string().startsWith('/').optional(),
});

/** How a server answers its clients. */
export type ServerMode = z.output<typeof serverMode>;

/** Path by which a server's mode is set. */
export const MODE_PATH = '/_tenfold/mode';

/**
 * Makes a front of a region, or the asset front, answer badly or well again; what it stands before is not touched.
 * @param url where it listens
 * @throws LocalCloudError nothing answers there
 */
export const putServerMode = async (url: string, mode: z.input<typeof serverMode>): Promise<void> => {
  const response = await fetch(`${url}${MODE_PATH}`, { method: 'PUT', body: JSON.stringify(mode) });
  if (response.ok) return;
  throw new LocalCloudError(
    `${url} does not take ${JSON.stringify(mode)}: ${response.status} ${await response.text()}`,
    'it is the front of a region, or of the assets, of a running npm start',
  );
};
