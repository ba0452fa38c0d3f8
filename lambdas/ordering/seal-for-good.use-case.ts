import type { Nonces } from '../shared/nonces.port';
import { SubjectErasedError } from '../shared/sealed.errors';
import type { SubjectKeys } from '../shared/subject-keys.port';
import { customerSealer } from '../shared/subject-seals';
import type { Order } from './order';
import { sealOrder } from './seal-order.use-case';

/** AES-256. */
const KEY_BYTES = 32;

/**
 * Seals an order of before there were seals; that of a customer who was erased meanwhile, with a key that nobody keeps. So an erasure
 * reaches what was still open when it was asked for.
 */
export const sealForGood =
  ({ keys, region, nonces }: { readonly keys: SubjectKeys; readonly region: string; readonly nonces: Nonces }) =>
  async (order: Order): Promise<Order> => {
    try {
      return await sealOrder({ sealerOf: customerSealer({ keys, region, nonces }) })(order);
    } catch (error) {
      if (!(error instanceof SubjectErasedError)) throw error;
      const key = nonces(KEY_BYTES);
      return sealOrder({
        sealerOf: customerSealer({ keys: { tokenOf: keys.tokenOf, own: async () => key }, region, nonces }),
      })(order);
    }
  };
