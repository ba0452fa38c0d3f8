import * as z from 'zod/mini';
import { subjectOf } from './data-subject';
import type { Nonces } from './nonces.port';
import { isSealed, NONCE_BYTES, open, type Sealed, seal, sealingRegion } from './sealed';
import { SealBrokenError } from './sealed.errors';
import type { SubjectKeys } from './subject-keys.port';

/** A field of a customer's data. */
export interface CustomerField {
  /** The customer, as the shop knows them. */
  readonly customerId: string;
  /** Where it stands, for example `order/<id>/shipTo`: what is sealed for one field opens in no other. */
  readonly field: string;
}

/** Seals fields of customers' data, each with its customer's key of this region. */
export const fieldSealer =
  ({
    keys,
    region,
    nonces,
  }: {
    readonly keys: Pick<SubjectKeys, 'own'>;
    readonly region: string;
    readonly nonces: Nonces;
  }) =>
  /** @throws SubjectErasedError the customer's data were erased */
  async <T>({ customerId, field }: CustomerField, value: T): Promise<Sealed<T>> => {
    const subject = subjectOf(customerId);
    return seal({ key: await keys.own(subject), region }, { subject, field }, value, nonces(NONCE_BYTES));
  };
/** Seals a field. */
export type FieldSealer = ReturnType<typeof fieldSealer>;

/** Opens sealed fields of customers' data. */
export const fieldOpener =
  ({ keys }: { readonly keys: Pick<SubjectKeys, 'of'> }) =>
  /**
   * What was sealed, as `schema` has it; a value that was never sealed is answered as it is.
   * @throws SubjectErasedError the customer's data were erased
   * @throws SubjectKeyMissingError the key is not here, or not yet
   * @throws SealBrokenError it was altered, stands in another place than it was sealed for, or does not fit
   */
  async <T>({ customerId, field }: CustomerField, value: T | Sealed<T>, schema: z.core.$ZodType<T>): Promise<T> => {
    if (!isSealed<T>(value)) return value;
    const subject = subjectOf(customerId);
    const key = await keys.of(subject, sealingRegion(value));
    const parsed = z.safeParse(schema, open(key, { subject, field }, value));
    if (!parsed.success) throw new SealBrokenError(subject, field, 'what was sealed does not fit the contract');
    return parsed.data;
  };
/** Opens a field. */
export type FieldOpener = ReturnType<typeof fieldOpener>;
