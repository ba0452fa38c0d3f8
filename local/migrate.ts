import type { BackfillProgress } from '../lambdas/shared/backfill-entities.contract';
import { StageConfigError } from '../lib/app/stage-config';
import type { Place } from './deployment/aws-clients';
import { readStackOutputs, stackPrefix } from './deployment/stack-outputs';
import { askRegions } from './operator/ask-regions';
import { readBackfillProgress } from './operator/backfill-progress';
import { driveRun, runOf } from './operator/backfill-run';
import { placeOfStage } from './operator/deployment-of-stage';
import { EntityFormsFunction } from './operator/entity-forms-function';
import { BackfillFailedError, MigrationRefusedError } from './operator/migrate.errors';
import { MIGRATE_USAGE, parseMigrateRequest } from './operator/migrate-command';
import { endText, planText, progressLine, type RegionRun, statusText } from './operator/migrate-text';
import { type GuardedStep, type OldForms, reachedPhase, refusalsOf } from './operator/migration-safety';
import { RegionDarkError } from './operator/region.errors';
import { regionsOfStage } from './operator/regions-of-stage';
import { readServedVersions } from './operator/served-versions';
import { setStagePhase } from './operator/stage-phase';
import { type StoredKind, storedOrders } from './operator/stored-kinds';
import { runCommand } from './terminal/run-command';
import { StatusLine } from './terminal/status-line';

/** A region of the stage, as an operator reaches it. */
interface ReachedRegion {
  readonly region: string;
  readonly place: Place;
  readonly prefix: string;
  /** Made when it is needed: code that was deployed before it existed can be asked for its plan, too. */
  readonly forms: () => EntityFormsFunction;
  readonly tableName: string;
}

const reach = async (
  stage: string,
  region: string,
  { stack, backfillOutput, context }: StoredKind,
): Promise<ReachedRegion> => {
  const place = await placeOfStage(stage, region);
  const prefix = stackPrefix(stage, region);
  const outputs = await readStackOutputs(place, prefix);
  const forms = () => new EntityFormsFunction(place, outputs.get(stack, backfillOutput));
  return { region, place, prefix, forms, tableName: `tenfold-${stage}-${context}` };
};

const assertAllowed = (step: GuardedStep, refusals: readonly string[]): void => {
  if (refusals.length > 0) throw new MigrationRefusedError(step, refusals);
};

const countIn = async ({ region, forms }: ReachedRegion): Promise<OldForms & { readonly entities: number }> => ({
  region,
  ...(await forms().count()),
});

/** What one region writes, all others read: none of them is passed over. */
const whileRegionsAreDark = (stage: string) => (): string =>
  `a stored form changes in all regions of stage ${stage} together: wait for it, or, when it is gone for good, ` +
  `take it out of the regions in config/${stage}.json and deploy the others`;

/** Rewrites what is old in every region at the same time, until it is done or Ctrl-C is pressed. */
const backfillEverywhere = async (
  kind: StoredKind,
  regions: readonly ReachedRegion[],
  writesPerSecond: number,
  wayOut: () => string,
): Promise<number> => {
  const stop = new AbortController();
  process.once('SIGINT', () => {
    stop.abort();
    console.log('\nending after what is under way; the same command goes on');
  });
  const [line, begun] = [new StatusLine(process.stdout), Date.now()];
  const runs = new Map<string, RegionRun>();
  const backfill = async (one: ReachedRegion) => {
    const { region } = one;
    const known = await readBackfillProgress(one.place, one.tableName, kind.kind);
    const forms = one.forms();
    const { entities } = await forms.count();
    const run = runOf(known, kind.newest, new Date());
    const before = known.filter((part) => part.run === run.run);
    const changedBefore = before.reduce((total, { changed }) => total + changed, 0);
    const show = (parts: readonly BackfillProgress[]): void => {
      runs.set(region, { region, entities, parts, changedBefore });
      line.show(progressLine([...runs.values()], (Date.now() - begun) / 1_000));
    };
    if (run.resumed) console.log(`${region}: goes on with the run of ${run.run}`);
    show(before);
    const parts = await driveRun(run, {
      backfill: (request) => forms.backfill(request),
      writesPerSecond,
      isStopped: () => stop.signal.aborted,
      onProgress: show,
    });
    const isWhole = parts.length === run.segments && parts.every(({ done, left }) => done && left === 0);
    return { region, parts, isWhole };
  };
  // A region that fails does not stop the others, and none goes on behind the command's back.
  const done = await askRegions(regions, backfill, wayOut);
  line.end(progressLine([...runs.values()], (Date.now() - begun) / 1_000));
  for (const { region, parts } of done) console.log(endText(region, parts));
  return done.every(({ isWhole }) => isWhole) ? 0 : 1;
};

/** `npm run migrate`: changes the form in which orders are stored, while both forms are read and written. */
const main = async (): Promise<number> => {
  const { command, stage } = parseMigrateRequest(process.argv.slice(2));
  if (command.kind === 'help' || command.kind === 'mistake') {
    if (command.kind === 'mistake') console.error(`${command.explanation}\n`);
    console.log(MIGRATE_USAGE);
    return command.kind === 'help' ? 0 : 2;
  }
  const kind = storedOrders;
  const wayOut = whileRegionsAreDark(stage);
  const names = (await regionsOfStage(stage)).map((region) => ({ region }));
  const regions = await askRegions(names, ({ region }) => reach(stage, region, kind), wayOut);
  const served = () => askRegions(regions, ({ place, prefix }) => readServedVersions(place, prefix, kind), wayOut);
  const counted = () => askRegions(regions, countIn, wayOut);
  switch (command.kind) {
    case 'plan': {
      const { step } = command;
      const now = await served();
      // It reads the whole table: only when it decides.
      const isOpen = step === 'contract' && refusalsOf(step, kind.newest, now).length === 0;
      const left = isOpen ? await counted() : undefined;
      console.log(planText(kind, stage, now, left));
      return step !== undefined && refusalsOf(step, kind.newest, now, left).length > 0 ? 1 : 0;
    }
    case 'status':
      for (const status of await askRegions(
        regions,
        async (one) => statusText(await countIn(one), await readBackfillProgress(one.place, one.tableName, kind.kind)),
        wayOut,
      ))
        console.log(status);
      return 0;
    case 'backfill':
      assertAllowed('backfill', refusalsOf('backfill', kind.newest, await served()));
      return backfillEverywhere(kind, regions, command.writesPerSecond, wayOut);
    case 'contract': {
      // Before the count and after it: a version that writes the old form may be served in between.
      assertAllowed('contract', refusalsOf('contract', kind.newest, await served()));
      const left = await counted();
      const now = await served();
      assertAllowed('contract', refusalsOf('contract', kind.newest, now, left));
      if (reachedPhase(kind.newest, now) === 'contract') {
        console.log('the old form is neither read nor written: nothing is left to do');
        return 0;
      }
      const since = new Date().toISOString().slice(0, 'yyyy-mm-dd'.length);
      const file = await setStagePhase(stage, kind.kind, { version: kind.newest, phase: 'contract', since });
      console.log(`nothing needs the old form any more; ${file} has the phase "contract" now: deploy every region`);
      return 0;
    }
  }
};

runCommand(main, [MigrationRefusedError, BackfillFailedError, RegionDarkError, StageConfigError]);
