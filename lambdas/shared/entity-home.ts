import type { Stored } from './entity-store.port';
import { ForeignHomeError } from './region-gate.errors';
import type { RegionGate } from './region-gate.port';

/** What a stored entity remembers of the last time it changed its home. */
export interface Adoption {
  /** Its home before. */
  readonly adoptedFrom: string;
  /** Number of its last event at that moment: what its old home numbered beyond is overruled. */
  readonly adoptedAtSequence: number;
}

/**
 * Whether a region may commit a change of an entity, and whether it thereby becomes the entity's home. The answer is
 * `undefined` when it is already, or when the entity is new.
 * @throws RegionFencedError the region may not write now
 * @throws ForeignHomeError the entity's home is another region, and may not be taken over from
 */
export const adoptionFor = async (
  { gate, region }: { readonly gate: RegionGate; readonly region: string },
  subject: string,
  basedOn: Pick<Stored<unknown>, 'homeRegion' | 'sequence'> | undefined,
): Promise<Adoption | undefined> => {
  await gate.assertActive();
  if (basedOn === undefined || basedOn.homeRegion === region) return undefined;
  const { homeRegion: adoptedFrom, sequence: adoptedAtSequence } = basedOn;
  if (!(await gate.mayAdopt(adoptedFrom))) throw new ForeignHomeError(subject, adoptedFrom);
  return { adoptedFrom, adoptedAtSequence };
};
