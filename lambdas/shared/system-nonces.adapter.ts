import { randomBytes } from 'node:crypto';
import type { Nonces } from './nonces.port';

/** The operating system's random bytes. */
export const systemNonces: Nonces = (bytes) => randomBytes(bytes);
