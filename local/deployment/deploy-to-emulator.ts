import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { complete } from '../complete';
import type { EmulatorKind } from '../emulator/emulator-kind';
import { AppConfigRegionFlags } from '../flags/appconfig-region-flags';
import { changeFlags } from '../flags/change-flags';
import { parseCatalogue } from '../operator/catalogue';
import { loadCatalogue } from '../operator/load-catalogue';
import { stockedLine } from '../operator/stocked-line';
import { projectRoot } from '../paths';
import { silentTaskList, type Task, type TaskList } from '../terminal/task-list';
import { synthesize } from './assembly';
import { bootstrap, deployStacks } from './cdklocal';
import type { Regions } from './regions-of-stage';
import { readStackOutputs, stackPrefix } from './stack-outputs';

/** The account that the local stage is synthesized for; emulators answer for any. */
export const LOCAL_ACCOUNT = '000000000000';

/** Prices and first stock of the demonstration store. */
export const seedCatalogue = join(projectRoot, 'local', 'seed', 'catalogue.json');

/** An emulator, and what has to be done before it can be deployed to. */
export interface EmulatorTarget {
  readonly endpoint: string;
  /** The regions to deploy. */
  readonly regions: Regions;
  readonly kind: EmulatorKind;
  /** Brings the emulator up; done beside bundling and synthesizing, which do not need it. */
  readonly bringUp?: Task;
}

/**
 * Deploys all stacks of the local stage, completes what CloudFormation left out and fills the catalogue.
 * @throws LocalCloudError with the cause and a fix
 */
export const deployToEmulator = async (target: EmulatorTarget, tasks: TaskList): Promise<void> => {
  const { endpoint, regions, kind, bringUp } = target;
  const cdkTarget = { endpoint, regions, account: LOCAL_ACCOUNT };
  await tasks.together([
    {
      title: 'bundle the functions and synthesize the stacks',
      work: (note) => synthesize({ endpoint, regions, kind }, note),
    },
    {
      title: bringUp === undefined ? 'bootstrap the emulator' : `${bringUp.title}, bootstrap it`,
      work: async (note) => {
        await bringUp?.work(note);
        await bootstrap(cdkTarget);
      },
    },
  ]);
  await tasks.inOrder([
    { title: 'deploy the stacks', work: (note) => deployStacks(cdkTarget, note) },
    {
      title: 'complete what CloudFormation left out, fill the catalogue, deploy the flags',
      work: async (note) => {
        // The sandbox and its secrets are the first region's, which also replicates what is written to its tables.
        const place = { endpoint, region: regions[0] };
        const outputs = await readStackOutputs(place, stackPrefix('local', place.region));
        await complete({ place, kind, outputs }, note);
        const articles = parseCatalogue(await readFile(seedCatalogue, 'utf8'), relative(projectRoot, seedCatalogue));
        const load = await loadCatalogue(place, outputs, articles);
        note(`${load.priced} prices loaded; ${stockedLine(load)}`);
        // Its community edition has no AppConfig: the defaults in code hold.
        if (kind === 'localstack') return;
        const flags = regions.map(async (region) => {
          const where = { endpoint, region };
          return new AppConfigRegionFlags(where, await readStackOutputs(where, stackPrefix('local', region)));
        });
        // Nobody else deploys to a local cloud: this clone's file is what it should have.
        await changeFlags({
          stage: 'local',
          regions: await Promise.all(flags),
          atOnce: true,
          overwrite: true,
          tasks: silentTaskList(),
        });
      },
    },
  ]);
};
