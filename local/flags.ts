import { flagUses } from '../lambdas/flags/flag-uses.contract';
import { readFlagSet } from '../lambdas/shared/read-flag-set';
import { FlagsFileError } from '../lib/app/flags-file';
import { StageConfigError } from '../lib/app/stage-config';
import type { Place } from './deployment/aws-clients';
import { readStackOutputs, stackPrefix } from './deployment/stack-outputs';
import { AppConfigRegionFlags } from './flags/appconfig-region-flags';
import { changeFlags } from './flags/change-flags';
import { FlagDeploymentError, FlagRefusalError } from './flags/flags.errors';
import { FLAGS_USAGE, type FlagsRequest, parseFlagsRequest } from './flags/flags-command';
import { readFlagsFile } from './flags/flags-source';
import { knownRegions } from './flags/known-region';
import type { RegionFlags } from './flags/region-flags.port';
import { regionsMeant } from './flags/regions-meant';
import { findingsTable, flagsTable } from './flags/show-flags';
import { staleFlags } from './flags/stale-flags';
import { withoutDarkRegions } from './flags/without-dark-regions';
import { askRegions } from './operator/ask-regions';
import { placeOfStage } from './operator/deployment-of-stage';
import { RegionDarkError } from './operator/region.errors';
import { runCommand } from './terminal/run-command';
import { taskListOn } from './terminal/task-list';

const regionsOf = async (request: FlagsRequest): Promise<readonly RegionFlags[]> => {
  const { stage } = request;
  const names = await regionsMeant(request);
  const places = await Promise.all(names.map((name) => placeOfStage(stage, name)));
  const reach = async (place: Place) =>
    new AppConfigRegionFlags(place, await readStackOutputs(place, stackPrefix(stage, place.region)));
  return askRegions(places, reach, withoutDarkRegions);
};

const list = async (request: FlagsRequest): Promise<string> => {
  const file = await readFlagsFile();
  const regions = await regionsOf(request);
  const deployed = (await knownRegions(regions)).map(({ flags, state: { deployed: text, underWay } }) => {
    const served = text === undefined ? undefined : readFlagSet(text);
    return { region: flags.region, flags: served, ...(underWay && { underWay: underWay.number }) };
  });
  return flagsTable(file, request.stage, deployed);
};

/** `npm run flags`: what flags say, and how that is changed. */
const main = async (): Promise<number> => {
  const request = parseFlagsRequest(process.argv.slice(2));
  const { command, stage } = request;
  switch (command.kind) {
    case 'mistake':
      console.error(`${command.explanation}\n`);
      console.log(FLAGS_USAGE);
      return 2;
    case 'help':
      console.log(FLAGS_USAGE);
      return 0;
    case 'list':
      console.log(await list(request));
      return 0;
    case 'stale': {
      const findings = staleFlags(await readFlagsFile(), flagUses, new Date().toISOString().slice(0, 10));
      console.log(findingsTable(findings));
      return findings.length === 0 ? 0 : 1;
    }
    case 'deploy': {
      const regions = await regionsOf(request);
      process.once('SIGINT', () => {
        console.log(
          '\nthe region that is under way goes on by itself; "npm run flags -- deploy --overwrite" waits for it and brings the others to what the file says',
        );
        process.exit(130);
      });
      await changeFlags({ ...command, stage, regions, tasks: taskListOn(process.stdout) });
      return 0;
    }
  }
};

runCommand(main, [FlagDeploymentError, FlagRefusalError, FlagsFileError, RegionDarkError, StageConfigError]);
