import { z } from 'zod';
import { LocalCloudError } from '../local.errors';

/** Which emulator answers at an endpoint: the embedded one, or a user's LocalStack. */
export type EmulatorKind = 'ministack' | 'localstack';

const localStackHealth = z.object({ edition: z.string(), version: z.string() });

const answerOf = async (url: string): Promise<unknown> => {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Asks an endpoint what it is.
 * @throws LocalCloudError nothing that is known answers there
 */
export const emulatorKindAt = async (endpoint: string): Promise<EmulatorKind> => {
  // Asked first: ministack answers LocalStack's path too, LocalStack does not answer ministack's.
  if ((await answerOf(`${endpoint}/_ministack/health`)) !== undefined) return 'ministack';
  if (localStackHealth.safeParse(await answerOf(`${endpoint}/_localstack/health`)).success) return 'localstack';
  throw new LocalCloudError(
    `no emulator answers at ${endpoint}`,
    'start it; or unset AWS_ENDPOINT_URL and npm start, which brings an emulator along',
  );
};
