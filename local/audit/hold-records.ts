import { AuditRefusalError } from './audit.errors';
import { nameOfVersion, type ObjectVersion } from './record-objects';
import type { RegionTrail } from './region-trail';

const recordId = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const versionsOf = async ({ objects }: RegionTrail, what: string): Promise<readonly ObjectVersion[]> => {
  if (!recordId.test(what)) return (await objects.list(what)).versions;
  const { versions } = await objects.list('class=');
  const holding = new Set(
    (await objects.read(versions))
      .filter(({ text }) => text.includes(`"recordId":"${what}"`))
      .map(({ object }) => object),
  );
  return versions.filter((version) => holding.has(nameOfVersion(version)));
};

/**
 * Holds, or releases, all versions below a prefix or all that have a record.
 * @returns names of the versions
 * @throws AuditRefusalError there are none
 */
export const holdRecords = async (trail: RegionTrail, what: string, isHeld: boolean): Promise<readonly string[]> => {
  const versions = await versionsOf(trail, what);
  if (versions.length === 0)
    throw new AuditRefusalError(`no object in ${trail.region} is below, or has the record, "${what}"`);
  await trail.objects.hold(versions, isHeld);
  return versions.map(nameOfVersion);
};
