import type { SubjectRecords, Tombstone } from './erasure';

/** The keys of subjects as one region has them. Whatever a region does not answer is thrown. */
export interface SubjectVault {
  readonly region: string;
  /** Everything that the region has of a subject at this moment, strongly consistent. */
  look(subject: string): Promise<SubjectRecords>;
  /** Leaves a tombstone, beside which no key is made in this region; one that stands there stays. */
  bury(subject: string, tombstone: Tombstone): Promise<void>;
  /** Deletes every key of the subject that the region has. */
  destroy(subject: string): Promise<void>;
}
