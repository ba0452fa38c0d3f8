import type { SubjectTokens } from './subject-tokens';

/**
 * The data keys of the people whom data are about: one a subject and region, so that two regions that make one at the same time never write
 * over each other's. A key that is destroyed makes all copies of what it sealed unreadable.
 */
export interface SubjectKeys {
  /** What a customer's keys are found by. */
  readonly tokenOf: SubjectTokens;
  /**
   * This region's key of a subject, made when there is none.
   * @returns 32 bytes
   * @throws SubjectErasedError the subject's keys were destroyed; no new one is made
   */
  own(subject: string): Promise<Uint8Array>;
  /**
   * The key by which a region has sealed data of a subject.
   * @returns 32 bytes
   * @throws SubjectErasedError the subject's keys were destroyed
   * @throws SubjectKeyMissingError it is not here, or not yet
   */
  of(subject: string, region: string): Promise<Uint8Array>;
  /**
   * The keys of a subject that are here, by region; none of one for whom nothing was ever sealed.
   * @throws SubjectErasedError the subject's keys were destroyed
   */
  all(subject: string): Promise<ReadonlyMap<string, Uint8Array>>;
}
