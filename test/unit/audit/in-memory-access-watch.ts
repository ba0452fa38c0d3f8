import type { AccessFinding } from '../../../lambdas/audit/access-finding';
import type { AccessHistories, ReadHistory } from '../../../lambdas/audit/access-histories.port';
import { type KnownAbout, unknownActor } from '../../../lambdas/audit/access-history';
import { unknownProfile } from '../../../lambdas/audit/access-profile';
import { StaleHistoryError } from '../../../lambdas/audit/access-watch.errors';
import type { FindingDesk } from '../../../lambdas/audit/finding-desk.port';
import type { RecordedRequests } from '../../../lambdas/audit/recorded-requests.port';

/** Histories in memory. `beforeKeep` runs between a read and its write: others write then, or the process dies. */
export class InMemoryAccessHistories implements AccessHistories {
  beforeKeep: () => Promise<void> | void = () => undefined;
  private readonly actors = new Map<string, { readonly actor: KnownAbout['actor']; readonly version: number }>();
  private readonly roles = new Map<string, { readonly role: KnownAbout['role']; readonly version: number }>();

  async read(actorId: string, role: string): Promise<ReadHistory> {
    const known = this.actors.get(actorId);
    const ofRole = this.roles.get(role);
    return {
      known: {
        actor: known?.actor ?? unknownActor,
        role: ofRole?.role ?? unknownProfile,
        elsewhere: [],
        ownSubjects: [`customer/${actorId}`],
      },
      version: { actor: known?.version ?? 0, role: ofRole?.version ?? 0 },
    };
  }

  async keep(actorId: string, role: string, { known: before, version }: ReadHistory, known: KnownAbout): Promise<void> {
    await this.beforeKeep();
    const now = await this.read(actorId, role);
    const isActorStale = known.actor !== before.actor && now.version.actor !== version.actor;
    const isRoleStale = known.role !== before.role && now.version.role !== version.role;
    if (isActorStale || isRoleStale) throw new StaleHistoryError(actorId);
    if (known.actor !== before.actor) this.actors.set(actorId, { actor: known.actor, version: version.actor + 1 });
    if (known.role !== before.role) this.roles.set(role, { role: known.role, version: version.role + 1 });
  }
}

/** A desk in memory, whose claims hold until `endClaims`. */
export class InMemoryFindingDesk implements FindingDesk {
  readonly published: AccessFinding[] = [];
  beforePublish: () => void = () => undefined;
  private readonly claims = new Map<string, 'taken' | 'told'>();

  async claim({ findingId }: AccessFinding): Promise<'mine' | 'told' | 'taken'> {
    const known = this.claims.get(findingId);
    if (known === undefined) this.claims.set(findingId, 'taken');
    return known ?? 'mine';
  }

  async publish(finding: AccessFinding): Promise<void> {
    this.beforePublish();
    this.published.push(finding);
  }

  async settle({ findingId }: AccessFinding): Promise<void> {
    this.claims.set(findingId, 'told');
  }

  endClaims(): void {
    for (const [findingId, state] of this.claims) if (state === 'taken') this.claims.delete(findingId);
  }
}

/** Requests that have a record, in memory. */
export class InMemoryRecordedRequests implements RecordedRequests {
  private readonly known = new Set<string>();

  async note(requests: readonly { readonly requestId: string; readonly minute: number }[]): Promise<void> {
    for (const { requestId, minute } of requests) this.known.add(`${minute} ${requestId}`);
  }

  async noted(requestIds: readonly string[], minutes: readonly number[]): Promise<ReadonlySet<string>> {
    return new Set(
      requestIds.filter((requestId) => minutes.some((minute) => this.known.has(`${minute} ${requestId}`))),
    );
  }
}
