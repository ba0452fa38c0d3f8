import type { Finding } from './check';

/** Whether the emulator's processes can be started and ended here. */
export const checkSystem = (platform: NodeJS.Platform): Finding =>
  platform === 'win32'
    ? { state: 'missing', found: 'Windows', fix: 'run it in WSL 2: process groups are needed to end the emulator' }
    : { state: 'ok', found: platform };
