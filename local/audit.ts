import { writeFile } from 'node:fs/promises';
import type { AccessRecord } from '../lambdas/shared/access-record.contract';
import { AuditRefusalError } from './audit/audit.errors';
import { AUDIT_USAGE, type AuditRequest, parseAuditRequest } from './audit/audit-command';
import { askToErase, ErasureFailedError, refusalOf } from './audit/erase-subject';
import { heldRecords } from './audit/held-records';
import { holdRecords } from './audit/hold-records';
import { exportText, recordsTable } from './audit/records-text';
import { openRegionTrail, type RegionTrail } from './audit/region-trail';
import type { SearchRequest } from './audit/search-command';
import { searchTrail } from './audit/search-trail';
import { isAlarming } from './audit/verify-chains';
import { reportText, verifyTrail } from './audit/verify-trail';
import { regionsOfStage } from './deployment/regions-of-stage';
import { readStackOutputs, stackPrefix } from './deployment/stack-outputs';
import { placeOfStage } from './operator/deployment-of-stage';
import { runCommand } from './terminal/run-command';

const trailsOf = async (stage: string, region: string | undefined): Promise<readonly RegionTrail[]> => {
  const regions = region === undefined ? await regionsOfStage(stage) : [region];
  return Promise.all(regions.map(async (name) => openRegionTrail(stage, await placeOfStage(stage, name))));
};

/** Nobody but whoever exports may read what was exported. */
const ownerOnly = 0o600;

const search = async (request: AuditRequest, command: SearchRequest): Promise<number> => {
  const found: AccessRecord[] = [];
  let unreadable = 0;
  for (const trail of await trailsOf(request.stage, request.region)) {
    const action = command.kind === 'search' ? 'audit.search' : 'audit.export';
    const result = await searchTrail(trail, { action, actorId: trail.caller, filter: command.filter });
    found.push(...result.records);
    unreadable += result.unreadable;
  }
  // Regions hold copies of each other's records.
  const records = heldRecords(found);
  if (command.kind === 'search') console.log(recordsTable(records));
  else await writeFile(command.out, exportText(records, command.format), { mode: ownerOnly, flag: 'wx' });
  const where = command.kind === 'search' ? '' : ` in ${command.out}`;
  console.log(`${records.length} records${where}, from ${command.filter.from} to ${command.filter.to}`);
  if (unreadable > 0) console.log(`${unreadable} lines hold no record: "npm run audit -- verify" says what they are`);
  return 0;
};

/** `npm run audit`: looks into the audit trail. */
const main = async (): Promise<number> => {
  const request = parseAuditRequest(process.argv.slice(2));
  const { command, stage, region } = request;
  switch (command.kind) {
    case 'mistake':
      console.error(`${command.explanation}\n`);
      console.log(AUDIT_USAGE);
      return 2;
    case 'help':
      console.log(AUDIT_USAGE);
      return 0;
    case 'search':
    case 'export':
      return search(request, command);
    case 'verify': {
      const { kind: _, ...hours } = command;
      let isAlarmed = false;
      for (const trail of await trailsOf(stage, region)) {
        const report = await verifyTrail(trail, hours, new Date());
        console.log(reportText(report));
        isAlarmed ||= report.findings.some(isAlarming);
      }
      return isAlarmed ? 1 : 0;
    }
    case 'erase': {
      const [name] = region === undefined ? await regionsOfStage(stage) : [region];
      const place = await placeOfStage(stage, name);
      const answer = await askToErase(
        place,
        await readStackOutputs(place, stackPrefix(stage, name)),
        command.customerId,
      );
      if (answer.kind === 'erased') console.log(JSON.stringify(answer.certificate, undefined, 2));
      else console.error(refusalOf(answer));
      return answer.kind === 'erased' ? 0 : 1;
    }
    case 'hold':
    case 'release': {
      const isHeld = command.kind === 'hold';
      for (const trail of await trailsOf(stage, region)) {
        for (const name of await holdRecords(trail, command.what, isHeld))
          console.log(`${isHeld ? 'held' : 'released'} ${name}`);
      }
      return 0;
    }
  }
};

runCommand(main, [AuditRefusalError, ErasureFailedError]);
