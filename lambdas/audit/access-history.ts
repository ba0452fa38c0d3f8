import type { AccessFinding } from './access-finding';
import { type AccessProfile, unknownProfile } from './access-profile';
import { type AccessWindow, emptyWindow } from './access-window';

/** All that is kept of an actor in a region. */
export interface ActorHistory {
  readonly window: AccessWindow;
  readonly profile: AccessProfile;
  /** What was told, by id of the finding, with the time in milliseconds at which it may be told again. */
  readonly told: { readonly [findingId: string]: number };
  /** Found, and not told yet. */
  readonly untold: readonly AccessFinding[];
}

/** Of an actor nobody has seen. */
export const unknownActor: ActorHistory = { window: emptyWindow, profile: unknownProfile, told: {}, untold: [] };

/** All that is known about an actor, from wherever. */
export interface KnownAbout {
  readonly actor: ActorHistory;
  /** What everybody of the role usually does here. */
  readonly role: AccessProfile;
  /** What the actor usually did in other regions. */
  readonly elsewhere: readonly AccessProfile[];
  /** The actor's own data, by subject. */
  readonly ownSubjects: readonly string[];
}
