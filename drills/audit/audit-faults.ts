import type { DrillRun } from '../harness/drill';
import type { AuditPart } from './audit-parts';

/** What happens to the trail, by the names under which it is declared and recorded. */
export const auditFault = {
  killedReader: 'workers of read-order killed while accesses were under way',
  killedChainer: 'workers of chain-records killed in the middle of a batch',
  chainerAway: 'accesses answered while nobody chained',
  watchAway: 'accesses answered while nobody watched',
  tampered: 'ways to bend the trail tried',
  attempts: 'attempts against the lock',
  attacks: 'attacks',
  erased: 'customers erased',
} as const;

/** How much of everything there is; `tries` are for each way to bend the trail. */
export const auditSizes = {
  full: {
    ...{ desks: 8, orders: 4, customers: 12, accesses: 9000, outage: 200, insiderReads: 500 },
    ...{ kills: 20, killPauseMilliseconds: 5_000, chainKills: 4, atOnce: 8 },
    ...{ bentAccesses: 200, tries: 200, timedCalls: 300 },
  },
  reduced: {
    ...{ desks: 3, orders: 2, customers: 12, accesses: 400, outage: 40, insiderReads: 120 },
    ...{ kills: 3, killPauseMilliseconds: 2_000, chainKills: 1, atOnce: 6 },
    ...{ bentAccesses: 60, tries: 14, timedCalls: 0 },
  },
} as const;

/** Attempts at each of so many locked versions. */
export const VERSIONS_TRIED = 3;

/** Whether this machine runs the workers; elsewhere nobody can kill them. */
export const canKill = ({ system }: Pick<DrillRun, 'system'>): boolean => system.cloud.emulatorPid !== undefined;

/** Declares what these parts of a run will do to the trail. */
export const declareFaults = (run: DrillRun, parts: readonly AuditPart[], attacks: number, kinds: number): void => {
  const { faults, size } = run;
  const { kills, chainKills, outage, tries } = auditSizes[size];
  const declared: Readonly<Record<AuditPart, readonly (readonly [name: string, atLeast: number])[]>> = {
    records: canKill(run)
      ? [
          [auditFault.killedReader, kills],
          [auditFault.killedChainer, chainKills],
        ]
      : [],
    outages: [
      [auditFault.chainerAway, Math.round(outage * 0.9)],
      [auditFault.watchAway, Math.round(outage * 0.9)],
    ],
    attacks: [[auditFault.attacks, attacks]],
    erasure: [[auditFault.erased, 1]],
    tampering: [[auditFault.tampered, Math.max(200, kinds * tries)]],
    lock: [[auditFault.attempts, VERSIONS_TRIED * 5]],
    times: [],
  };
  for (const [name, atLeast] of parts.flatMap((part) => declared[part])) faults.expect(name, atLeast);
};
