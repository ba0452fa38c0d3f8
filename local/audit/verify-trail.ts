import type { ObjectVersion } from './record-objects';
import type { RegionTrail } from './region-trail';
import { type ChainFinding, hourOfChain, verifyChains } from './verify-chains';

/** Which hours are looked at. */
export interface VerifiedHours {
  readonly from?: string;
  readonly to?: string;
}

/** What was found in a region. */
export interface TrailReport {
  readonly region: string;
  readonly findings: readonly ChainFinding[];
  readonly objects: number;
  readonly lines: number;
  /** Objects that somebody asked to delete; their versions are still there, and were read. */
  readonly deleteMarkers: readonly string[];
}

/** Records below this are no lines of chains, but what Firehose gave up on. */
const recordPrefix = 'class=';

/** An hour is sealed, and its last lines are written, this long after it is over. */
const settlingMilliseconds = 45 * 60_000;

const hourWritten = /class=\w+\/year=(\d{4})\/month=(\d\d)\/day=(\d\d)\/hour=(\d\d)\//;

/** Whether an object may hold lines of that hour or a later one: none is written before it arrives. */
const isWrittenSince = (hour: string | undefined, { key }: ObjectVersion): boolean => {
  const [, year, month, day, written] = hourWritten.exec(key) ?? [];
  return hour === undefined || year === undefined || `${year}-${month}-${day}T${written}` >= hour;
};

/** Reads the trail of a region and verifies it. */
export const verifyTrail = async (trail: RegionTrail, hours: VerifiedHours, now: Date): Promise<TrailReport> => {
  const { region, objects } = trail;
  const listed = await objects.list(recordPrefix);
  const versions = listed.versions.filter((version) => isWrittenSince(hours.from, version));
  const [lines, seals] = [await objects.read(versions), await trail.readSeals()];
  const sealedBefore = new Date(now.getTime() - settlingMilliseconds).toISOString().slice(0, 13);
  const findings = verifyChains({ region, lines, sealedBefore, ...seals, ...hours });
  return { region, findings, objects: versions.length, lines: lines.length, deleteMarkers: listed.deleteMarkers };
};

/** Text for people: how many chains are how, and each that is not intact. */
export const reportText = ({ region, findings, objects, lines, deleteMarkers }: TrailReport): string => {
  const counts = new Map<string, number>();
  for (const { verdict } of findings) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const summary = [...counts].map(([verdict, count]) => `${count} ${verdict}`).join(', ') || 'no chains';
  const first = findings.map(({ chain }) => hourOfChain(chain)).sort()[0];
  const since = first === undefined || !/^\d/.test(first) ? '' : `, since ${first}`;
  return [
    `${region}: ${summary} (${lines} lines in ${objects} objects${since})`,
    ...findings
      .filter(({ verdict }) => verdict !== 'intact')
      .flatMap(({ chain, verdict, links, details }) => [
        `  ${verdict}: ${chain} (${links} links)`,
        ...details.map((detail) => `    ${detail}`),
      ]),
    ...deleteMarkers.map((key) => `  somebody asked to delete ${key}; it is still there`),
  ].join('\n');
};
