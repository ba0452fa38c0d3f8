import type { AccessFinding } from '../../../lambdas/audit/access-finding';
import { type ActorHistory, unknownActor } from '../../../lambdas/audit/access-history';
import { judgeAccess } from '../../../lambdas/audit/access-judgement';
import { type AccessProfile, unknownProfile } from '../../../lambdas/audit/access-profile';
import type { ArrivingAccess } from './access-traffic';

/** What the rules know of everybody. */
export interface Watched {
  readonly actors: ReadonlyMap<string, ActorHistory>;
  readonly roles: ReadonlyMap<string, AccessProfile>;
}

/** A finding and when it was made. */
export interface MadeFinding {
  readonly finding: AccessFinding;
  readonly atMs: number;
}

/** Of nobody. */
export const nobodyWatched: Watched = { actors: new Map(), roles: new Map() };

/** Has the rules judge what arrives, in the order of arrival. */
export const watch = (
  watched: Watched,
  arriving: readonly ArrivingAccess[],
): { readonly watched: Watched; readonly found: readonly MadeFinding[] } => {
  const actors = new Map(watched.actors);
  const roles = new Map(watched.roles);
  const found: MadeFinding[] = [];
  for (const { access, arrivesMs } of arriving) {
    const after = judgeAccess(
      {
        actor: actors.get(access.actorId) ?? unknownActor,
        role: roles.get(access.role) ?? unknownProfile,
        elsewhere: [],
        ownSubjects: [`customer/${access.actorId}`],
      },
      access,
      'sa-east-1',
    );
    found.push(...after.actor.untold.map((finding) => ({ finding, atMs: arrivesMs })));
    actors.set(access.actorId, after.actor.untold.length > 0 ? { ...after.actor, untold: [] } : after.actor);
    roles.set(access.role, after.role);
  }
  return { watched: { actors, roles }, found };
};
