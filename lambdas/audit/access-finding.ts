import { deterministicId } from '../shared/deterministic-id';
import type { AccessRule, JudgedAccess, RuleFinding } from './access-rule';

/** An unusual access that somebody has to be told of. Names an actor and no subject: `recordId` leads to whoever may see more. */
export interface AccessFinding {
  /** The same for everything that is told of once. */
  readonly findingId: string;
  readonly rule: string;
  readonly serves: readonly string[];
  readonly severity: AccessRule['severity'];
  readonly explanation: string;
  readonly actor: { readonly id: string; readonly role: string };
  /** Where it was seen. */
  readonly region: string;
  readonly facts: RuleFinding['facts'];
  /** The access that gave it away. */
  readonly recordId: string;
  /** When that was, RFC 3339 in UTC. */
  readonly time: string;
}

const spanMs = { hour: 3_600_000, day: 86_400_000 } as const;

/** When a finding may be told of again, in milliseconds since 1970. */
export const spanEndOf = (atMs: number, once: RuleFinding['once']): number =>
  (Math.floor(atMs / spanMs[once]) + 1) * spanMs[once];

/** The finding of a rule about an access. */
export const findingOf = (
  { name, serves, severity, explanation }: AccessRule,
  { access }: JudgedAccess,
  { once, about = '', facts }: RuleFinding,
  region: string,
): AccessFinding => ({
  findingId: deterministicId(
    'access-finding',
    name,
    region,
    access.actorId,
    about,
    String(spanEndOf(access.atMs, once)),
  ),
  rule: name,
  serves,
  severity,
  explanation,
  actor: { id: access.actorId, role: access.role },
  region,
  facts,
  recordId: access.recordId,
  time: new Date(access.atMs).toISOString(),
});
