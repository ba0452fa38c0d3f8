import { createHash } from 'node:crypto';
import { type RecordClass, recordClasses } from '../../lambdas/shared/access-record.contract';
import type { DeleteMarker, ObjectVersion } from './record-objects';
import type { RegionTrail } from './region-trail';
import { type ChainFinding, hourOfChain, verifyChains } from './verify-chains';

/** What is looked at. */
export interface VerifiedHours {
  readonly from?: string;
  readonly to?: string;
  /** The region whose chains are verified, in the copies that the trail's region has. @default the region itself */
  readonly copiesOf?: string;
}

/** For how many days records of each class are locked; they are deleted a day later. */
export type LockedDays = { readonly [Class in RecordClass]: number };

/** What was found in a region. */
export interface TrailReport {
  /** For example `sa-east-1`, or `sa-east-1 in us-east-1` of copies. */
  readonly region: string;
  readonly findings: readonly ChainFinding[];
  readonly objects: number;
  readonly lines: number;
  /** Objects that somebody asked to delete; their versions are still there, and were read. */
  readonly deleteMarkers: readonly string[];
  /** What to hold against a key that is known otherwise, when the copies were checked with the one of the table. */
  readonly keyFingerprint?: string;
}

/** What of the trail is verified. */
export type VerifiedTrail = Pick<RegionTrail, 'region' | 'readSeals' | 'readSealsOf'> & {
  readonly objects: Pick<RegionTrail['objects'], 'list' | 'read'>;
};

/** Records below this are no lines of chains, but what Firehose gave up on. */
const recordPrefix = 'class=';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** An hour is sealed, and its last lines are written, this long after it is over. */
const SETTLING_MS = 45 * 60_000;

/** An object is named after the hour of the oldest line in it: its last ones may be of the next hour. */
const GATHERED_MS = HOUR_MS;

const hourOf = (ms: number): string => new Date(ms).toISOString().slice(0, 13);

const writing = /class=(\w+)\/year=(\d{4})\/month=(\d\d)\/day=(\d\d)\/hour=(\d\d)\//;

/** Class and hour that an object is named after; `undefined` when it is named otherwise. */
const namedAfter = (key: string): { readonly recordClass: string; readonly hourMs: number } | undefined => {
  const [, recordClass = '', year, month, day, hour] = writing.exec(key) ?? [];
  const hourMs = Date.parse(`${year}-${month}-${day}T${hour}:00:00Z`);
  return Number.isNaN(hourMs) ? undefined : { recordClass, hourMs };
};

/** Whether an object may hold lines of that hour or a later one. */
const isWrittenSince = (hour: string | undefined, { key }: ObjectVersion): boolean => {
  const written = namedAfter(key)?.hourMs;
  if (hour === undefined || written === undefined) return true;
  // A day is its first hour.
  return written >= Date.parse(hour.includes('T') ? `${hour}:00:00Z` : `${hour}T00:00:00Z`) - GATHERED_MS;
};

/** How long an object is kept: the store deletes it a day after its lock has ended. */
const keptMs = (days: LockedDays, recordClass: RecordClass): number => (days[recordClass] + 1) * DAY_MS;

/** Whether the bucket's own lifecycle may have made a marker: what asks for a deletion before is somebody. */
const isLifecycles = (days: LockedDays, { key, at }: DeleteMarker): boolean => {
  const named = namedAfter(key);
  const recordClass = recordClasses.find((known) => known === named?.recordClass);
  return named !== undefined && recordClass !== undefined && at.getTime() >= named.hourMs + keptMs(days, recordClass);
};

/**
 * Reads the trail of a region, or the copies that it has of another one's, and verifies it.
 * @param days by the stage's configuration, and not by the buckets': whoever bends the trail may have changed those
 */
export const verifyTrail = async (
  trail: VerifiedTrail,
  { copiesOf, ...hours }: VerifiedHours,
  days: LockedDays,
  now: Date,
): Promise<TrailReport> => {
  const { objects, region } = trail;
  const listed = await objects.list(recordPrefix);
  const versions = listed.versions.filter((version) => isWrittenSince(hours.from, version));
  const lines = await objects.read(versions);
  const seals = await (copiesOf === undefined ? trail.readSeals() : trail.readSealsOf(copiesOf));
  const expired = (recordClass: RecordClass): string => hourOf(now.getTime() - keptMs(days, recordClass));
  const findings = verifyChains({
    ...seals,
    ...hours,
    lines,
    sealedBefore: hourOf(now.getTime() - SETTLING_MS),
    expiredUpTo: { access: expired('access'), security: expired('security') },
  });
  return {
    region: copiesOf === undefined ? region : `${copiesOf} in ${region}`,
    findings,
    objects: versions.length,
    lines: lines.length,
    deleteMarkers: listed.deleteMarkers
      .filter((marker) => !isLifecycles(days, marker))
      .map(({ bucket, key }) => `${bucket}/${key}`),
    ...(copiesOf !== undefined && { keyFingerprint: createHash('sha256').update(seals.publicKey).digest('hex') }),
  };
};

/** Text for people: how many chains are how, and each that is not intact. */
export const reportText = (report: TrailReport): string => {
  const { region, findings, objects, lines, deleteMarkers, keyFingerprint } = report;
  const counts = new Map<string, number>();
  for (const { verdict } of findings) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const summary = [...counts].map(([verdict, count]) => `${count} ${verdict}`).join(', ') || 'no chains';
  const first = findings.map(({ chain }) => hourOfChain(chain)).sort()[0];
  const since = first === undefined || !/^\d/.test(first) ? '' : `, since ${first}`;
  return [
    `${region}: ${summary} (${lines} lines in ${objects} objects${since})`,
    ...(keyFingerprint === undefined
      ? []
      : [`  checked with the public key that the table keeps, SHA-256 ${keyFingerprint}`]),
    ...findings
      .filter(({ verdict }) => verdict !== 'intact' && verdict !== 'expired')
      .flatMap(({ chain, verdict, links, details }) => [
        `  ${verdict}: ${chain} (${links} links)`,
        ...details.map((detail) => `    ${detail}`),
      ]),
    ...deleteMarkers.map((key) => `  somebody asked to delete ${key}; it is still there`),
  ].join('\n');
};
