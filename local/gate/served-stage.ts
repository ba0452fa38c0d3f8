import { CloudFormationServiceException } from '@aws-sdk/client-cloudformation';
import type { SchemaPhase } from '../../lambdas/shared/schema-phase.contract';
import type { StageName } from '../../lib/app/stage-config';
import { readStackOutputs, stackPrefix } from '../deployment/stack-outputs';
import { placeOfStage } from '../operator/deployment-of-stage';
import { EntityFormsFunction } from '../operator/entity-forms-function';
import { type OldForms, reachedPhase, type ServedRegion } from '../operator/migration-safety';
import { regionsOfStage } from '../operator/regions-of-stage';
import { readServedVersions } from '../operator/served-versions';
import { type StoredKind, storedKinds } from '../operator/stored-kinds';
import { GateError } from './gate.errors';
import { known, notKnown, type StagePhase } from './release';
import { type RecordedTrain, recordedRegions } from './served-commits';
import { phasesOf } from './stage-phases';

/** A stage that is asked, and its train. */
export interface DeployedStage {
  readonly stage: StageName;
  readonly train: RecordedTrain;
}

/** What a region serves; `undefined` when nothing is deployed there. */
const servedIn = async (stage: StageName, region: string, kind: StoredKind): Promise<ServedRegion | undefined> => {
  const place = await placeOfStage(stage, region);
  try {
    return await readServedVersions(place, stackPrefix(stage, region), kind);
  } catch (error) {
    if (error instanceof CloudFormationServiceException && error.message.includes('does not exist')) return undefined;
    throw new GateError(`stage ${stage} cannot be asked in ${region}: ${String(error)}`, { cause: error });
  }
};

const countIn = async (stage: StageName, region: string, { stack, backfillOutput }: StoredKind): Promise<OldForms> => {
  const place = await placeOfStage(stage, region);
  const outputs = await readStackOutputs(place, stackPrefix(stage, region), stack);
  const { old, homeless } = await new EntityFormsFunction(place, outputs.get(stack, backfillOutput)).count();
  return { region, old, homeless };
};

const phaseOf = async ({ stage, train }: DeployedStage, kind: StoredKind, phase: SchemaPhase): Promise<StagePhase> => {
  const regions = await regionsOfStage(stage);
  const answers = await Promise.all(regions.map((region) => servedIn(stage, region, kind)));
  const served = answers.filter((answer) => answer !== undefined);
  const entry = { stage, kind: kind.kind, phase };
  const silent = regions.filter((_, index) => answers[index] === undefined);
  if (silent.length > 0) {
    const recorded = await recordedRegions(train);
    const [gone] = silent.filter((region) => recorded.includes(region));
    if (gone !== undefined)
      throw new GateError(
        `stage ${stage} cannot be asked in ${gone}: there is no stack ${stackPrefix(stage, gone)}-${kind.stack}, and its train has deployed it`,
      );
  }
  if (served.length === 0) return { ...entry, served: notKnown('nothing is deployed yet'), left: [] };
  const givesUp = phase === 'contract' && reachedPhase(kind.newest, served) !== 'contract';
  const left = givesUp ? await Promise.all(served.map(({ region }) => countIn(stage, region, kind))) : [];
  return { ...entry, served: known(served), left };
};

/**
 * The phases of a stage, and what is served of it in all its regions. When the release gives up an old form, everything stored is counted by form:
 * that reads the whole table.
 * @throws GateError a region does not answer, or nobody knows how to ask about a kind
 */
export const phasesOfDeployed = async (root: string, deployed: DeployedStage): Promise<readonly StagePhase[]> =>
  Promise.all(
    Object.entries(phasesOf(root, deployed.stage)).map(([name, phase]) => {
      const kind = storedKinds.find((one) => one.kind === name);
      if (kind !== undefined) return phaseOf(deployed, kind, phase);
      throw new GateError(
        `config/${deployed.stage}.json: schemaPhases.${name}: no such kind can be asked about; expected it in local/operator/stored-kinds.ts`,
      );
    }),
  );
