import type { KnownAbout } from './access-history';

/** What is known about an actor, as it was read. */
export interface ReadHistory {
  readonly known: KnownAbout;
  /** Says to `keep` what was read. */
  readonly version: { readonly actor: number; readonly role: number };
}

/** Remembers what actors and roles usually do. */
export interface AccessHistories {
  read(actorId: string, role: string): Promise<ReadHistory>;
  /**
   * Keeps what a read has become; the role only where it has changed.
   * @throws StaleHistoryError somebody else has kept something since: read again
   */
  keep(actorId: string, roleName: string, read: ReadHistory, known: KnownAbout): Promise<void>;
}
