import { type ChainFinding, type Evidence, verifyChains } from '../../local/audit/verify-chains';
import type { DrillRun } from '../harness/drill';
import { auditFault, auditSizes } from './audit-faults';
import type { JudgedTampering } from './count-tampering';
import { tamperings } from './tampering';

/** Bends copies of a trail in every way, each so many times elsewhere, and has each copy verified as `npm run audit -- verify` does. */
export const bendTrail = (
  { random, size, faults, progress }: Pick<DrillRun, 'random' | 'size' | 'faults' | 'progress'>,
  evidence: Evidence,
): { readonly untouched: readonly ChainFinding[]; readonly judged: readonly JudgedTampering[] } => {
  const { tries } = auditSizes[size];
  const chosen = random.fork('tampering');
  const untouched = verifyChains(evidence);
  const known = new Set(untouched.map(({ chain }) => chain));
  // A chain that was not there before is part of the forgery: a byte of a line may be one of its chain's name.
  const madeUp = (findings: readonly ChainFinding[]): readonly string[] =>
    findings.map(({ chain }) => chain).filter((chain) => chain.includes('/') && !known.has(chain));
  const judged = tamperings.flatMap(({ kind, lock, bend }) => {
    progress.update(kind);
    return Array.from({ length: tries }, (): JudgedTampering => {
      const bent = bend(evidence, chosen);
      faults.happened(auditFault.tampered);
      const findings = verifyChains(bent.evidence);
      return { kind, lock, touched: [...bent.touched, ...madeUp(findings)], findings };
    });
  });
  return { untouched, judged };
};
