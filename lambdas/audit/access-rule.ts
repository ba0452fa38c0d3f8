import type { AccessLimits } from './access-limits';
import type { AccessProfile } from './access-profile';
import type { Lately } from './access-window';
import type { SeenAccess } from './seen-access';
import type { AccessRuleName } from './watch-metrics.contract';

/** An access and what there is to judge it by. */
export interface JudgedAccess {
  readonly access: SeenAccess;
  /** The UTC day of the access, counted from 1970. */
  readonly day: number;
  /** What the actor did lately, this access included. @default nothing has been added to it: there is nothing new to judge by it */
  readonly lately?: Lately;
  readonly limits: AccessLimits;
  /** What is usual for the actor: by the own history, or else by the role's. @default neither has learnt enough */
  readonly usual?: AccessProfile;
  /** What is usual for the role. @default it has not learnt enough */
  readonly roleUsual?: AccessProfile;
  /** The actor's own data, by subject. */
  readonly ownSubjects: readonly string[];
}

/** What a rule found. */
export interface RuleFinding {
  /** Within it the same actor is told of once: `hour` and `day` are the clock's, in UTC. */
  readonly once: 'hour' | 'day';
  /** What is told apart beside rule and actor, for example the country. @default nothing */
  readonly about?: string;
  /** What was seen and what was expected: names and numbers, and nobody's data. */
  readonly facts: { readonly [fact: string]: string | number };
}

/** A rule about unusual access. */
export interface AccessRule {
  /** Also the dimension of its metric. */
  readonly name: AccessRuleName;
  /** The criteria and articles it serves. */
  readonly serves: readonly string[];
  readonly severity: 'high' | 'medium' | 'low';
  /** One sentence for whoever is told of a finding. */
  readonly explanation: string;
  readonly judge: (judged: JudgedAccess) => RuleFinding | undefined;
}
