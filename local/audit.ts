import { writeFile } from 'node:fs/promises';
import type { AccessRecord } from '../lambdas/shared/access-record.contract';
import { readStageSettings } from '../lib/app/stage-settings';
import { stageConfig } from '../lib/app/stages';
import { AuditRefusalError } from './audit/audit.errors';
import { AUDIT_USAGE, type AuditRequest, parseAuditRequest } from './audit/audit-command';
import { askToErase, ErasureFailedError, refusalOf } from './audit/erase-subject';
import { contradictionsIn, heldRecords } from './audit/held-records';
import { holdRecords } from './audit/hold-records';
import { exportText, recordsTable } from './audit/records-text';
import { openRegionTrail, type RegionTrail } from './audit/region-trail';
import type { SearchRequest } from './audit/search-command';
import { searchTrail } from './audit/search-trail';
import { isAlarming } from './audit/verify-chains';
import { reportText, type VerifiedHours, verifyTrail } from './audit/verify-trail';
import { regionsOfStage } from './deployment/regions-of-stage';
import { readStackOutputs, stackPrefix } from './deployment/stack-outputs';
import { askThoseThatAnswer } from './operator/ask-regions';
import { placeOfStage } from './operator/deployment-of-stage';
import { runCommand } from './terminal/run-command';

/** Ends a command that some region has not answered. */
const DARK = 3;

/** Asks the trails of the regions that are meant, but for one, and says which of them are dark. */
const askTrails = async <Answer>(
  { stage, region }: AuditRequest,
  ask: (trail: RegionTrail) => Promise<Answer>,
  butFor?: string,
): Promise<{ readonly answers: readonly Answer[]; readonly exitCode: number }> => {
  const meant = region === undefined ? await regionsOfStage(stage) : [region];
  const regions = meant.filter((name) => name !== butFor).map((name) => ({ region: name }));
  if (regions.length === 0)
    throw new AuditRefusalError(`no region but ${butFor} is meant, expected one with its copies`);
  const { answers, dark } = await askThoseThatAnswer(regions, async ({ region: name }) =>
    ask(await openRegionTrail(stage, await placeOfStage(stage, name))),
  );
  for (const { region: name, reason } of dark) console.error(`${name} does not answer (${reason})`);
  return { answers, exitCode: dark.length === 0 ? 0 : DARK };
};

/** Nobody but whoever exports may read what was exported. */
const ownerOnly = 0o600;

const search = async (request: AuditRequest, command: SearchRequest): Promise<number> => {
  const action = command.kind === 'search' ? 'audit.search' : 'audit.export';
  const { answers, exitCode } = await askTrails(request, async (trail) =>
    searchTrail(trail, { action, actorId: trail.caller, filter: command.filter }),
  );
  const unreadable = answers.reduce((sum, answer) => sum + answer.unreadable, 0);
  const found: readonly AccessRecord[] = answers.flatMap((answer) => answer.records);
  // Regions hold copies of each other's records.
  const records = heldRecords(found);
  const contradictions = contradictionsIn(records);
  if (command.kind === 'search') console.log(recordsTable(records));
  else await writeFile(command.out, exportText(records, command.format), { mode: ownerOnly, flag: 'wx' });
  const where = command.kind === 'search' ? '' : ` in ${command.out}`;
  console.log(`${records.length} records${where}, from ${command.filter.from} to ${command.filter.to}`);
  if (unreadable > 0) console.log(`${unreadable} lines hold no record: "npm run audit -- verify" says what they are`);
  for (const contradiction of contradictions) console.error(`${contradiction}: all that it says is shown`);
  return contradictions.length > 0 ? 1 : exitCode;
};

const verify = async (request: AuditRequest, asked: VerifiedHours): Promise<number> => {
  const { days } = stageConfig(request.stage, readStageSettings(request.stage)).audit;
  const verifyOne = (trail: RegionTrail) => verifyTrail(trail, asked, days, new Date());
  const { answers, exitCode } = await askTrails(request, verifyOne, asked.copiesOf);
  for (const report of answers) console.log(reportText(report));
  return answers.some(({ findings }) => findings.some(isAlarming)) ? 1 : exitCode;
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
      const { kind: _, ...asked } = command;
      return verify(request, asked);
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
      const { answers, exitCode } = await askTrails(request, (trail) => holdRecords(trail, command.what, isHeld));
      for (const name of answers.flat()) console.log(`${isHeld ? 'held' : 'released'} ${name}`);
      return exitCode;
    }
  }
};

runCommand(main, [AuditRefusalError, ErasureFailedError]);
