import { readFile } from 'node:fs/promises';
import { seedCatalogue } from './deployment/deploy-to-emulator';
import { readStackOutputs, stackPrefix } from './deployment/stack-outputs';
import { explainError } from './local.errors';
import { CatalogueError, parseCatalogue } from './operator/catalogue';
import { placeOfStage } from './operator/deployment-of-stage';
import { loadCatalogue } from './operator/load-catalogue';
import { OPS_USAGE, parseOpsRequest } from './operator/ops-command';
import { ParkedCases, RedriveFailedError, UnknownParkedCaseError } from './operator/parked-cases';
import { caseDetails, caseTable } from './operator/show-cases';

const isForeseen = (error: unknown): error is Error =>
  [CatalogueError, RedriveFailedError, UnknownParkedCaseError].some((known) => error instanceof known);

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
    case 'show-case':
      console.log(caseDetails(await cases.find(command.caseId), await cases.messages(command.caseId)));
      return 0;
    case 'redrive-case':
      console.log(await cases.redrive(command.caseId));
      return 0;
    case 'load-catalogue': {
      const { file = seedCatalogue } = command;
      const articles = parseCatalogue(await readFile(file, 'utf8'), file);
      const { priced, stocked } = await loadCatalogue(place, outputs, articles);
      console.log(
        `${articles.length} articles: ${priced} prices new or changed, ${stocked} articles new in the warehouse`,
      );
      return 0;
    }
  }
};

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(isForeseen(error) ? error.message : explainError(error));
    process.exitCode = 1;
  },
);
