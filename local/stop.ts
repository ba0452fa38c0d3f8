import { stopEmulator } from './emulator/emulator-process';
import { readEmulatorState } from './emulator/emulator-state';

/** `npm run stop`: ends the emulator that this checkout has started, and its functions. */
const main = async (): Promise<void> => {
  const state = await readEmulatorState();
  if (state === undefined) {
    console.log('no emulator of this checkout is running');
    return;
  }
  await stopEmulator(state);
  console.log(`stopped the emulator at ${state.endpoint}`);
};

void main();
