import { createHash } from 'node:crypto';
import { type CustomerField, customerOpener, customerSealer, fieldOpener } from '../../../lambdas/shared/subject-seals';
import { InMemorySubjectKeys } from './in-memory-subject-keys';

/** Everything that seals and opens in a test, in one region; the same in every run. */
export const customerSeals = (keys = new InMemorySubjectKeys(), region = 'sa-east-1') => {
  let nonce = 0;
  const nonces = (bytes: number): Uint8Array =>
    createHash('sha256')
      .update(`${region} ${(nonce += 1)}`)
      .digest()
      .subarray(0, bytes);
  const sealerOf = customerSealer({ keys, region, nonces });
  return {
    keys,
    sealerOf,
    seal: async <T>({ customerId, field }: CustomerField, value: T) => (await sealerOf(customerId))(field, value),
    open: fieldOpener({ keys }),
    openerOf: customerOpener({ keys }),
    erase: async (customerId: string) => keys.erase(await keys.tokenOf(customerId)),
  };
};
