import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type SchemaPhase, schemaPhases, schemaUseIn } from '../../lambdas/shared/schema-phase.contract';
import { firstVersionOnly } from '../../lambdas/shared/schema-use.contract';
import { type StageName, stageNames } from '../../lib/app/stage-config';
import { stageConfig } from '../../lib/app/stages';
import type { ServedRegion } from '../operator/migration-safety';
import { GateError } from './gate.errors';
import { loadModule } from './load-module';
import { type Known, known, notKnown, type Revision, type StagePhase } from './release';

type Phases = { readonly [kind: string]: SchemaPhase };
type ReadStage = (name: string, settings: object) => object;

/** Where a stage of any revision says which phase a kind is in. */
const stagePhases = z.looseObject({
  schemaPhases: z.record(z.string(), z.looseObject({ phase: z.enum(schemaPhases) })),
});

/** What only whoever deploys a stage knows, and phases do not depend on; as stages had it before they named auditors, too. */
const anybodyBefore = {
  account: '000000000000',
  alarmEmail: 'nobody@example.com',
  paymentProvider: 'sandbox',
  carrier: 'sandbox',
};
const anybody = { ...anybodyBefore, audit: { auditors: ['arn:aws:iam::000000000000:role/nobody'] } };

/** A stage of any revision: an older one refuses a field that it does not know. */
const readAnybody = (read: ReadStage, stage: StageName): object => {
  try {
    return read(stage, anybody);
  } catch {
    // What is wrong with it beside that is wrong with this, too.
    return read(stage, anybodyBefore);
  }
};

const settingsOf = (root: string, stage: StageName): object => {
  const path = join(root, 'config', `${stage}.json`);
  if (!existsSync(path)) return {};
  try {
    return z.looseObject({}).parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new GateError(`config/${stage}.json: expected one JSON object; ${String(cause)}`, { cause });
  }
};

/**
 * Where a stage of the working tree stands in the change of each stored form.
 * @throws StageConfigError its settings are wrong
 * @throws GateError they are no JSON object
 */
export const phasesOf = (root: string, stage: StageName): Phases =>
  Object.fromEntries(
    Object.entries(stageConfig(stage, { ...anybody, ...settingsOf(root, stage) }).schemaPhases).map(
      ([kind, { phase }]) => [kind, phase],
    ),
  );

const servedBy = async (
  root: string,
  folder: string,
  revision: Revision,
): Promise<(stage: StageName, kind: string) => Known<readonly ServedRegion[]>> => {
  const module = await loadModule(folder, 'lib/app/stages.ts');
  return (stage, kind) => {
    const { name, forms } = revision;
    if (!forms.known) return forms;
    if (!module.known) return notKnown(`${name}: ${module.because}`);
    // Settings of stages are not in git.
    if ('schemaPhases' in settingsOf(root, stage))
      return notKnown(
        `config/${stage}.json sets a phase, and ${name} does not say which one is deployed: --stage ${stage} asks the stage`,
      );
    const read = Reflect.get(module.value, 'stageConfig') as ReadStage;
    const said = stagePhases.safeParse(readAnybody(read, stage));
    if (!said.success) return notKnown(`${name}: its stages say their phases in another way`);
    const phase = said.data.schemaPhases[kind]?.phase;
    const newest = forms.value.find((one) => one.kind === kind)?.newest;
    const use = phase === undefined || newest === undefined ? firstVersionOnly : schemaUseIn(phase, newest);
    return known([
      { region: name, deploying: false, versions: [{ functionName: 'functions', version: 'all', ...use }] },
    ]);
  };
};

/** The phases of all stages, and what a commit would have served in each. */
export const phasesAgainst = async (
  root: string,
  folder: string,
  revision: Revision,
): Promise<readonly StagePhase[]> => {
  const served = await servedBy(root, folder, revision);
  return phasesOfAll(root, served);
};

/** The phases of all stages, and what is served in each. */
export const phasesOfAll = (
  root: string,
  served: (stage: StageName, kind: string) => Known<readonly ServedRegion[]>,
): readonly StagePhase[] =>
  stageNames.flatMap((stage) =>
    Object.entries(phasesOf(root, stage)).map(([kind, phase]) => ({
      stage,
      kind,
      phase,
      served: served(stage, kind),
      left: [],
    })),
  );
