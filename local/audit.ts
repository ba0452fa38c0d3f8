import { AuditRefusalError } from './audit/audit.errors';
import { AUDIT_USAGE, parseAuditRequest } from './audit/audit-command';
import { askToErase, ErasureFailedError, refusalOf } from './audit/erase-subject';
import { holdRecords } from './audit/hold-records';
import { openRegionTrail, type RegionTrail } from './audit/region-trail';
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

/** `npm run audit`: looks into the audit trail. */
const main = async (): Promise<number> => {
  const { command, stage, region } = parseAuditRequest(process.argv.slice(2));
  switch (command.kind) {
    case 'mistake':
      console.error(`${command.explanation}\n`);
      console.log(AUDIT_USAGE);
      return 2;
    case 'help':
      console.log(AUDIT_USAGE);
      return 0;
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
      const [name = ''] = region === undefined ? await regionsOfStage(stage) : [region];
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
