import { CloudFormationServiceException } from '@aws-sdk/client-cloudformation';
import type { StageName } from '../../lib/app/stage-config';
import { readStackOutputs, stackPrefix } from '../deployment/stack-outputs';
import { placeOfStage } from '../operator/deployment-of-stage';
import { EntityFormsFunction } from '../operator/entity-forms-function';
import { type OldForms, reachedPhase, type ServedRegion } from '../operator/migration-safety';
import { regionsOfStage } from '../operator/regions-of-stage';
import { readServedVersions } from '../operator/served-versions';
import { type StoredKind, storedOrders } from '../operator/stored-kinds';
import { GateError } from './gate.errors';
import { known, notKnown, type StagePhase } from './release';
import { phasesOf } from './stage-phases';

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

/**
 * The phases of a stage, and what is served of it in all its regions. When the release gives up an old form, everything stored is counted by form:
 * that reads the whole table.
 * @throws GateError a region does not answer
 */
export const phasesOfDeployed = async (root: string, stage: StageName): Promise<readonly StagePhase[]> => {
  const kind = storedOrders;
  const phase = phasesOf(root, stage)[kind.kind];
  if (phase === undefined) return [];
  const regions = await regionsOfStage(stage);
  const served = (await Promise.all(regions.map((region) => servedIn(stage, region, kind)))).filter(
    (region) => region !== undefined,
  );
  const entry = { stage, kind: kind.kind, phase };
  if (served.length === 0) return [{ ...entry, served: notKnown('nothing is deployed yet'), left: [] }];
  const givesUp = phase === 'contract' && reachedPhase(kind.newest, served) !== 'contract';
  const left = givesUp ? await Promise.all(served.map(({ region }) => countIn(stage, region, kind))) : [];
  return [{ ...entry, served: known(served), left }];
};
