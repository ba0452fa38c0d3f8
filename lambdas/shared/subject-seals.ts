import * as z from 'zod/mini';
import type { Nonces } from './nonces.port';
import { isSealed, NONCE_BYTES, open, type Sealed, type SealedPlace, seal, sealingRegion } from './sealed';
import { SealBrokenError, SubjectKeyMissingError } from './sealed.errors';
import type { SubjectKeys } from './subject-keys.port';

/** A field of a customer's data. */
export interface CustomerField {
  /** The customer, as the shop knows them. */
  readonly customerId: string;
  /** Where it stands, for example `order/<id>/shipTo`: what is sealed for one field opens in no other. */
  readonly field: string;
}

/** Seals a field of one customer; `field` as in `CustomerField`. */
export type SealField = <T>(field: string, value: T) => Sealed<T>;

/** Seals fields of customers' data, each with its customer's key of this region, which is asked for once for all fields of a customer. */
export const customerSealer =
  ({
    keys,
    region,
    nonces,
  }: {
    readonly keys: Pick<SubjectKeys, 'own' | 'tokenOf'>;
    readonly region: string;
    readonly nonces: Nonces;
  }) =>
  /** @throws SubjectErasedError the customer's data were erased */
  async (customerId: string): Promise<SealField> => {
    const subject = await keys.tokenOf(customerId);
    const key = await keys.own(subject);
    return (field, value) => seal({ key, region }, { subject, field }, value, nonces(NONCE_BYTES));
  };
/** Answers what seals the fields of a customer. */
export type CustomerSealer = ReturnType<typeof customerSealer>;

const openedWith = <T>(key: Uint8Array, place: SealedPlace, value: Sealed<T>, schema: z.core.$ZodType<T>): T => {
  const parsed = z.safeParse(schema, open(key, place, value));
  if (parsed.success) return parsed.data;
  throw new SealBrokenError(place.subject, place.field, 'what was sealed does not fit the contract');
};

/** Opens sealed fields of customers' data. */
export const fieldOpener =
  ({ keys }: { readonly keys: Pick<SubjectKeys, 'of' | 'tokenOf'> }) =>
  /**
   * What was sealed, as `schema` has it; a value that was never sealed is answered as it is.
   * @throws SubjectErasedError the customer's data were erased
   * @throws SubjectKeyMissingError the key is not here, or not yet
   * @throws SealBrokenError it was altered, stands in another place than it was sealed for, or does not fit
   */
  async <T>({ customerId, field }: CustomerField, value: T | Sealed<T>, schema: z.core.$ZodType<T>): Promise<T> => {
    if (!isSealed<T>(value)) return value;
    const subject = await keys.tokenOf(customerId);
    const key = await keys.of(subject, sealingRegion(value));
    return openedWith(key, { subject, field }, value, schema);
  };
/** Opens a field. */
export type FieldOpener = ReturnType<typeof fieldOpener>;

/** Opens a field of one customer, as `FieldOpener` does. */
export type OpenField = <T>(field: string, value: T | Sealed<T>, schema: z.core.$ZodType<T>) => T;

/** Opens many fields of one customer: their keys are asked for once, also when nothing turns out to be sealed. */
export const customerOpener =
  ({ keys }: { readonly keys: Pick<SubjectKeys, 'all' | 'tokenOf'> }) =>
  /** @throws SubjectErasedError the customer's data were erased */
  async (customerId: string): Promise<OpenField> => {
    const subject = await keys.tokenOf(customerId);
    const known = await keys.all(subject);
    return <T>(field: string, value: T | Sealed<T>, schema: z.core.$ZodType<T>): T => {
      if (!isSealed<T>(value)) return value;
      const region = sealingRegion(value);
      const key = known.get(region);
      if (key === undefined) throw new SubjectKeyMissingError(subject, region);
      return openedWith(key, { subject, field }, value, schema);
    };
  };
/** Answers what opens the fields of a customer. */
export type CustomerOpener = ReturnType<typeof customerOpener>;
