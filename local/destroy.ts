import { rm } from 'node:fs/promises';
import { stopEmulator } from './emulator/emulator-process';
import { readEmulatorState } from './emulator/emulator-state';
import { tenfoldDirectory } from './paths';

/** `npm run destroy`: ends the emulator of this checkout and deletes all that the local cloud has written. */
const main = async (): Promise<void> => {
  const state = await readEmulatorState();
  if (state !== undefined) await stopEmulator(state);
  await rm(tenfoldDirectory, { recursive: true, force: true });
  console.log(`${state === undefined ? '' : `stopped the emulator at ${state.endpoint}; `}removed .tenfold`);
};

void main();
