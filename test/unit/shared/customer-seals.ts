import { createHash } from 'node:crypto';
import { subjectOf } from '../../../lambdas/shared/data-subject';
import { fieldOpener, fieldSealer } from '../../../lambdas/shared/subject-seals';
import { InMemorySubjectKeys } from './in-memory-subject-keys';

/** Everything that seals and opens in a test, in one region; the same in every run. */
export const customerSeals = (keys = new InMemorySubjectKeys(), region = 'sa-east-1') => {
  let nonce = 0;
  const nonces = (bytes: number): Uint8Array =>
    createHash('sha256')
      .update(`${region} ${(nonce += 1)}`)
      .digest()
      .subarray(0, bytes);
  return {
    keys,
    seal: fieldSealer({ keys, region, nonces }),
    open: fieldOpener({ keys }),
    erase: (customerId: string) => keys.erase(subjectOf(customerId)),
  };
};
