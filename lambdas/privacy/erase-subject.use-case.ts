import type { Clock } from '../shared/clock.port';
import { deterministicId } from '../shared/deterministic-id';
import type { SubjectTokens } from '../shared/subject-tokens';
import type { Certificates } from './certificates.port';
import type { EraseSubjectAnswer, EraseSubjectRequest } from './erase-subject.contract';
import { decideErasure, type SubjectRecords } from './erasure';
import { erasureStatement, type StageRetention } from './erasure-certificate';
import { ErasureIncompleteError } from './privacy.errors';
import type { SubjectVault } from './subject-vault.port';

/** What erase-subject needs. */
export interface EraseSubjectDeps {
  /** One a region, all regions of the stage. */
  readonly vaults: readonly SubjectVault[];
  readonly certificates: Certificates;
  readonly tokenOf: SubjectTokens;
  readonly kept: StageRetention;
  readonly clock: Clock;
  /** Waits, in milliseconds. */
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** Looks at all regions until none has a key: replication may bring one that was made just before its region was told. */
const MAX_LOOKS = 20;
const LOOK_PAUSE_MILLISECONDS = 500;

type Step = ErasureIncompleteError['step'];

/** Does the same in every region; one that fails does not keep the others from it. */
const inAll = async <T>(
  vaults: readonly SubjectVault[],
  { subject, step }: { readonly subject: string; readonly step: Step },
  act: (vault: SubjectVault) => Promise<T>,
): Promise<readonly T[]> => {
  const results = await Promise.allSettled(vaults.map(act));
  const failed = results.flatMap((result, index) =>
    result.status === 'rejected' ? [{ region: vaults[index]?.region ?? '', cause: result.reason as unknown }] : [],
  );
  const [first] = failed;
  if (first === undefined) return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const regions = failed.map(({ region }) => region);
  throw new ErasureIncompleteError(subject, regions, step, { cause: first.cause });
};

/**
 * Erases a customer: tombstones first, in every region, so that no region makes a new key; then the keys; then every region is looked at until
 * none has one. Orders under way are not waited for: one whose address or payment method is still needed is refused there, and its saga
 * undoes it. A repeated request answers the same certificate, or goes on where the last one failed.
 * @throws ErasureIncompleteError some regions could not be asked, or still have keys; nothing is certified
 */
export const eraseSubject =
  ({ vaults, certificates, tokenOf, kept, clock, wait }: EraseSubjectDeps) =>
  async ({ customerId }: Pick<EraseSubjectRequest, 'customerId'>): Promise<EraseSubjectAnswer> => {
    const subject = await tokenOf(customerId);
    const look = (step: Step): Promise<readonly SubjectRecords[]> =>
      inAll(vaults, { subject, step }, (vault) => vault.look(subject));
    const known = await look('look');
    const certificateId = deterministicId('erasure', subject);
    const decision = decideErasure(known, { sealed: kept.sealed, certificateId, now: clock.now() });
    if (decision.kind === 'not-sealing') return decision;
    if (decision.kind === 'nothing-sealed') return { ...decision, subject };
    const { tombstone } = decision;
    await inAll(vaults, { subject, step: 'bury' }, (vault) => vault.bury(subject, tombstone));
    for (let looks = 1; ; looks += 1) {
      await inAll(vaults, { subject, step: 'destroy' }, (vault) => vault.destroy(subject));
      const left = await look('verify');
      const regions = vaults.filter((_, index) => left[index]?.keys.length !== 0).map(({ region }) => region);
      if (regions.length === 0) break;
      if (looks >= MAX_LOOKS) throw new ErasureIncompleteError(subject, regions, 'verify');
      await wait(LOOK_PAUSE_MILLISECONDS);
    }
    const issued = await certificates.find(subject);
    if (issued !== undefined) return { kind: 'erased', certificate: issued };
    const regions = vaults.map(({ region }) => region);
    const certificate = await certificates.issue(
      erasureStatement(subject, tombstone, { regions, kept, now: clock.now() }),
    );
    return { kind: 'erased', certificate };
  };
