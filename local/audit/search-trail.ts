import { randomUUID } from 'node:crypto';
import { inParallel } from '../in-parallel';
import type { ObjectVersion } from './record-objects';
import type { RegionTrail } from './region-trail';
import { type Search, type SearchResult, searchRecords } from './search-records';

const listedAtOnce = 8;

/** What of the trail a search asks. */
type SearchedTrail = Pick<RegionTrail, 'region' | 'objects' | 'recordLook'>;

/** All versions below these prefixes: listed by day, because most hours are asked for together. */
const versionsBelow = async (
  { objects }: SearchedTrail,
  prefixes: readonly string[],
): Promise<readonly ObjectVersion[]> => {
  const days = [...new Set(prefixes.map((prefix) => prefix.replace(/hour=\d\d\/$/, '')))];
  const listed = await inParallel(days, listedAtOnce, (day) => objects.list(day));
  return listed
    .flatMap(({ versions }) => versions)
    .filter(({ key }) => prefixes.some((prefix) => key.startsWith(prefix)));
};

/**
 * Searches the trail of a region, deleted objects included: a delete marker hides nothing from an auditor.
 * @throws AuditRefusalError the look cannot be recorded
 */
export const searchTrail = (trail: SearchedTrail, search: Search): Promise<SearchResult> =>
  searchRecords(search, {
    record: trail.recordLook,
    lines: async (prefixes) => {
      const lines = await trail.objects.read(await versionsBelow(trail, prefixes));
      return lines.map(({ text }) => text);
    },
    now: () => new Date(),
    newId: randomUUID,
    region: trail.region,
  });
