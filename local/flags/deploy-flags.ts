import type { TaskList } from '../terminal/task-list';
import { FlagDeploymentError, FlagRefusalError } from './flags.errors';
import type { RegionFlags } from './region-flags.port';

interface Done {
  readonly flags: RegionFlags;
  readonly deployment: number;
}

const putBack = async (done: readonly Done[]): Promise<string> => {
  const left: string[] = [];
  for (const { flags, deployment } of done.toReversed()) {
    try {
      await flags.putBack(deployment);
    } catch (error) {
      // The others are put back all the same; whoever reads the message does this one.
      left.push(
        `${flags.region} (deployment ${deployment}): ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  if (left.length > 0) return `; NOT put back: ${left.join('; ')}`;
  return done.length === 0 ? '' : `; put back: ${done.map(({ flags }) => flags.region).join(', ')}`;
};

/**
 * Brings a set of flags to regions, one after the other: the next one gets it when the one before has baked. What the first region shows to be
 * bad reaches no second one, and a region that fails takes all of them back.
 * @throws FlagRefusalError an alarm rings already; nothing was begun
 * @throws FlagDeploymentError a region has refused the flags or rolled them back
 */
export const deployFlags = async (
  regions: readonly RegionFlags[],
  text: string,
  { atOnce, tasks }: { readonly atOnce: boolean; readonly tasks: TaskList },
): Promise<void> => {
  if (!atOnce) {
    const inTheWay = (await Promise.all(regions.map((flags) => flags.obstacles()))).flat();
    if (inTheWay.length > 0)
      throw new FlagRefusalError(
        `nothing was deployed, as it would be rolled back: ${inTheWay.join('; ')}\n  --at-once deploys without alarms`,
      );
  }
  const done: Done[] = [];
  const work = (flags: RegionFlags) => async (note: (line: string) => void) => {
    const before = await flags.deployed();
    if (before === text) {
      note('has them already');
      return;
    }
    // There is nobody yet for whom anything could change.
    const deployment = await flags.deploy(text, { atOnce: atOnce || before === undefined, note });
    done.push({ flags, deployment });
  };
  try {
    await tasks.inOrder(regions.map((flags) => ({ title: `flags in ${flags.region}`, work: work(flags) })));
  } catch (error) {
    const back = await putBack(done);
    throw new FlagDeploymentError(`${error instanceof Error ? error.message : String(error)}${back}`, { cause: error });
  }
};
