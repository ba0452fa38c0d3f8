import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { inParallel } from '../../local/in-parallel';
import type { DeployedSystem } from '../harness/deployed-system';
import type { Restore } from '../harness/drill';
import { goLive, liveVersion, publishLatest } from '../harness/live-alias';
import { updateEnvironment } from '../harness/variant';

/** Which versions of the form of an order a function reads, and which one it writes. */
export interface OrderForms {
  readonly reads: readonly number[];
  readonly writes: number;
}

/** Before the change of form is cut over: both are read, the old one is written. */
export const expanded: OrderForms = { reads: [2, 3], writes: 2 };

/** What functions had before, by their names. */
export interface FormsChange {
  readonly environments: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** Puts functions back to what they were. */
  readonly restore: Restore;
}

/** Functions at a time. */
const AT_ONCE = 4;

/** Has functions of ordering read and write other forms of orders, all of them at once. The function that rewrites orders is left alone. */
export const putForms = async (
  system: DeployedSystem,
  forms: OrderForms,
  names: readonly string[],
): Promise<FormsChange> => {
  const { lambda } = system;
  const environments = new Map<string, Readonly<Record<string, string>>>();
  const restores: Restore[] = [];
  const put = async (FunctionName: string): Promise<void> => {
    const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    const { Variables = {} } = Environment ?? {};
    if (!('ENTITY_SCHEMAS' in Variables)) return;
    const before = await liveVersion(lambda, FunctionName);
    environments.set(FunctionName, Variables);
    restores.push(async () => {
      await goLive(lambda, FunctionName, before);
      await updateEnvironment(system, FunctionName, Variables);
    });
    await updateEnvironment(system, FunctionName, { ...Variables, ENTITY_SCHEMAS: JSON.stringify({ order: forms }) });
    await goLive(lambda, FunctionName, await publishLatest(lambda, FunctionName));
  };
  const restore = async (): Promise<void> => {
    await inParallel(restores.splice(0), AT_ONCE, (one) => one());
  };
  try {
    await inParallel(names, AT_ONCE, put);
  } catch (error) {
    await restore();
    throw error;
  }
  return { environments, restore };
};

/** Functions of ordering that know orders, but for the one that rewrites them. */
export const orderFunctions = async (system: DeployedSystem): Promise<readonly string[]> => {
  const backfill = await system.functionName('ordering/backfill-orders');
  return (await system.functionNames('OrderingService')).filter((name) => name !== backfill);
};
