import { type Figure, informative, none } from '../harness/figure';

/** A sealed field of an erased customer, and what an administrator of the whole account made of it in a region. */
export interface TriedField {
  readonly region: string;
  /** For example `order/<id>/shipTo`. */
  readonly field: string;
  /** Whether it opened before the erasure. */
  readonly openedBefore: boolean;
  /** Whether the text that was copied before the erasure opened behind it. */
  readonly opensAfter: boolean;
}

/** What became of an erasure. */
export interface ErasureEvidence {
  readonly fields: readonly TriedField[];
  /** Planted values of the customer that were found in a store or a log before the erasure, each with its place. */
  readonly plantedBefore: readonly string[];
  /** Those of any customer of the drill that were found at its end. */
  readonly plantedAfter: readonly string[];
  readonly placesSearched: number;
  /** Whether a certificate was issued. */
  readonly isCertified: boolean;
}

/** The figures of this count, by the names under which protections refer to them. */
export const erasureFigures = {
  readable: 'fields of an erased customer that can be read',
  planted: 'planted personal values found in stores and logs',
  unopened: 'fields that could not be opened before the erasure, so that nothing was proven',
  certificates: 'erasures without a certificate',
} as const;

/** Counts what can still be read of an erased customer. */
export const countErasure = (evidence: ErasureEvidence): Figure[] => {
  const { fields, plantedBefore, plantedAfter, placesSearched, isCertified } = evidence;
  const nameOf = ({ region, field }: TriedField): string => `${field} in ${region}`;
  return [
    informative('places searched for planted values', placesSearched),
    none(erasureFigures.planted, [...new Set([...plantedBefore, ...plantedAfter])]),
    none(erasureFigures.unopened, fields.filter(({ openedBefore }) => !openedBefore).map(nameOf)),
    none(erasureFigures.readable, fields.filter(({ opensAfter }) => opensAfter).map(nameOf)),
    none(erasureFigures.certificates, isCertified ? [] : ['the drill’s']),
  ];
};
