import { readStackOutputs, stackPrefix } from './deployment/stack-outputs';
import { callerOf } from './operator/caller';
import { placeOfStage } from './operator/deployment-of-stage';
import { RegionRefusalError, WorkflowFailedError } from './operator/region.errors';
import { parseRegionRequest, REGION_USAGE } from './operator/region-command';
import { planEvacuation, planReopening, planReturn, type WorkflowStart } from './operator/region-plan';
import { reopenRegion } from './operator/region-reopening';
import { statusOf, statusText } from './operator/region-status';
import { readRegionViews } from './operator/region-views';
import { RegionWorkflow } from './operator/region-workflow';
import { regionsOfStage } from './operator/regions-of-stage';
import { runCommand } from './terminal/run-command';
import { taskListOn } from './terminal/task-list';

/** Starts a workflow and watches it to its end; Ctrl-C leaves it to itself. */
const carryOut = async (stage: string, plan: WorkflowStart, title: string): Promise<unknown> => {
  const place = await placeOfStage(stage, plan.where);
  const outputs = await readStackOutputs(place, stackPrefix(stage, plan.where));
  const workflow = new RegionWorkflow(place, outputs.get('RegionsService', plan.output));
  const executionArn = await workflow.start(plan, new Date());
  process.once('SIGINT', () => {
    console.log(`\nthe execution goes on: ${executionArn}\nthe same command watches it again`);
    process.exit(130);
  });
  let result: unknown;
  const work = async (note: (line: string) => void): Promise<void> => {
    note(executionArn);
    result = await workflow.follow(executionArn, note);
  };
  await taskListOn(process.stdout).inOrder([{ title, work }]);
  return result;
};

/** `npm run region`: which regions take orders, and how that is changed. */
const main = async (): Promise<number> => {
  const { command, stage } = parseRegionRequest(process.argv.slice(2));
  if (command.kind === 'help' || command.kind === 'mistake') {
    if (command.kind === 'mistake') console.error(`${command.explanation}\n`);
    console.log(REGION_USAGE);
    return command.kind === 'help' ? 0 : 2;
  }
  const regions = await regionsOfStage(stage);
  const places = await Promise.all(regions.map((region) => placeOfStage(stage, region)));
  const views = await readRegionViews(stage, places);
  const statuses = regions.map((region) => statusOf(region, views, new Date()));
  switch (command.kind) {
    case 'status':
      console.log(statusText(statuses));
      return 0;
    case 'evacuate': {
      const { where, ...plan } = planEvacuation(command, statuses);
      const by = await callerOf(await placeOfStage(stage, where));
      const start = { ...plan, where, input: { ...plan.input, by } };
      console.log(JSON.stringify(await carryOut(stage, start, `evacuate ${command.region} to ${where}`), undefined, 2));
      return 0;
    }
    case 'reopen': {
      const { region } = command;
      const call = planReopening(command, statuses);
      const place = await placeOfStage(stage, region);
      const outputs = await readStackOutputs(place, stackPrefix(stage, region));
      const functionArn = outputs.get('RegionsService', 'ReopenRegionFunction');
      const answer = await reopenRegion(place, functionArn, { ...call, by: await callerOf(place) });
      console.log(JSON.stringify(answer, undefined, 2));
      return 0;
    }
    case 'return': {
      const plan = planReturn(command.region, statuses);
      console.log(JSON.stringify(await carryOut(stage, plan, `let ${command.region} back in`), undefined, 2));
      return 0;
    }
  }
};

runCommand(main, [RegionRefusalError, WorkflowFailedError]);
