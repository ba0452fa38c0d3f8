import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientConfig } from '../../../local/deployment/aws-clients';
import { type EmulatorControl, emulatorControl } from '../../../local/emulator/emulator-control';
import { launchEmulator, stopEmulator } from '../../../local/emulator/emulator-process';

/** An emulator with nothing on it, for one test file. */
export interface ScratchEmulator {
  readonly endpoint: string;
  readonly control: EmulatorControl;
  /** How the account's root talks to a region of it. Nothing is tried twice: a test wants to see the first answer. */
  in(region: string): ReturnType<typeof clientConfig>;
  stop(): Promise<void>;
}

/** Any free port: those that the emulator usually takes belong to the one of the other tests. */
const anyPort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

/** Starts one beside the emulator that the other tests share. */
export const startScratchEmulator = async (settings: NodeJS.ProcessEnv = {}): Promise<ScratchEmulator> => {
  const directory = await mkdtemp(join(tmpdir(), 'tenfold-emulator-'));
  const { state } = await launchEmulator(await anyPort(), 'sa-east-1', directory, settings);
  return {
    endpoint: state.endpoint,
    control: emulatorControl(state.endpoint),
    in: (region) => ({ ...clientConfig({ endpoint: state.endpoint, region }), maxAttempts: 1 }),
    stop: async () => {
      await stopEmulator(state);
      await rm(directory, { recursive: true, force: true });
    },
  };
};
