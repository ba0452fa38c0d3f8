import { readFile } from 'node:fs/promises';
import { seedCatalogue } from './deployment/deploy-to-emulator';
import { readStackOutputs, stackPrefix } from './deployment/stack-outputs';
import { callerOf } from './operator/caller';
import { type CaseFilter, matchesFilter } from './operator/case-filter';
import { CatalogueError, parseCatalogue } from './operator/catalogue';
import { placeOfStage } from './operator/deployment-of-stage';
import { loadCatalogue } from './operator/load-catalogue';
import { OPS_USAGE, parseOpsRequest } from './operator/ops-command';
import { DiscardFailedError, RedriveFailedError, UnknownParkedCaseError } from './operator/parked-case.errors';
import { ParkedCases } from './operator/parked-cases';
import { isStillOpen, redriveAll } from './operator/redrive-all';
import { caseDetails, caseTable } from './operator/show-cases';
import { redriveProgress, redriveSummary } from './operator/show-redrive';
import { stockedLine } from './operator/stocked-line';
import { runCommand } from './terminal/run-command';

/** Answers 1 when a case still waits for an operator. */
const redriveOpen = async (cases: ParkedCases, filter: CaseFilter): Promise<number> => {
  const meant = (await cases.open()).filter((one) => matchesFilter(one, filter));
  let done = 0;
  const ended = await redriveAll(meant, cases, (one) => {
    done += 1;
    console.log(redriveProgress(one, done, meant.length));
  });
  console.log(redriveSummary(ended));
  return ended.some(isStillOpen) ? 1 : 0;
};

/** `npm run ops`: what an operator does to a deployment. */
const main = async (): Promise<number> => {
  const { command, stage, region } = parseOpsRequest(process.argv.slice(2));
  if (command.kind === 'help' || command.kind === 'mistake') {
    if (command.kind === 'mistake') console.error(`${command.explanation}\n`);
    console.log(OPS_USAGE);
    return command.kind === 'help' ? 0 : 2;
  }
  const place = await placeOfStage(stage, region);
  const outputs = await readStackOutputs(place, stackPrefix(stage, place.region));
  const cases = new ParkedCases(place, outputs);
  switch (command.kind) {
    case 'list-cases':
      console.log(caseTable(await cases.open()));
      return 0;
    case 'show-case': {
      const { caseId, bodies } = command;
      console.log(caseDetails(await cases.find(caseId), await cases.messages(caseId, { bodies })));
      return 0;
    }
    case 'redrive-case':
      console.log(await cases.redrive(command.caseId));
      return 0;
    case 'redrive-all':
      return redriveOpen(cases, command.filter);
    case 'discard-message': {
      const { caseId, number, reason } = command;
      console.log(await cases.discard({ caseId, number, reason, by: await callerOf(place) }));
      return 0;
    }
    case 'load-catalogue': {
      const { file = seedCatalogue } = command;
      const articles = parseCatalogue(await readFile(file, 'utf8'), file);
      const load = await loadCatalogue(place, outputs, articles, region === undefined ? {} : { only: region });
      console.log(`${articles.length} articles: ${load.priced} prices new or changed`);
      console.log(stockedLine(load, region));
      return 0;
    }
  }
};

runCommand(main, [CatalogueError, DiscardFailedError, RedriveFailedError, UnknownParkedCaseError]);
