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

/** Why a gradual deployment cannot begin, or would not last. */
const obstaclesIn = async (flags: RegionFlags, text: string): Promise<readonly string[]> => {
  const underWay = await flags.underWay();
  const busy = underWay !== undefined && underWay.text !== text;
  return [
    ...(busy ? [`${flags.region}: deployment ${underWay.number} is under way, with other flags`] : []),
    ...(await flags.obstacles()),
  ];
};

/**
 * Brings a set of flags to regions, one after the other: the next one gets it when the one before has baked. What the first region shows to be
 * bad reaches no second one, and a region that fails takes all of them back. A deployment of the same flags that is under way (the command
 * that began it was killed) is followed to its end first; one at once stops whatever is under way.
 * @throws FlagRefusalError an alarm rings already, or other flags are being deployed; nothing was begun
 * @throws FlagDeploymentError a region has refused the flags or rolled them back
 */
export const deployFlags = async (
  regions: readonly RegionFlags[],
  text: string,
  { atOnce, tasks }: { readonly atOnce: boolean; readonly tasks: TaskList },
): Promise<void> => {
  if (!atOnce) {
    const inTheWay = (await Promise.all(regions.map((flags) => obstaclesIn(flags, text)))).flat();
    if (inTheWay.length > 0)
      throw new FlagRefusalError(
        `nothing was deployed: ${inTheWay.join('; ')}\n  --at-once deploys without alarms, and stops what is under way`,
      );
  }
  const done: Done[] = [];
  const had: string[] = [];
  const work = (flags: RegionFlags) => async (note: (line: string) => void) => {
    const underWay = await flags.underWay();
    if (underWay !== undefined && underWay.text === text && !atOnce) {
      note(`deployment ${underWay.number} of these flags is under way`);
      await flags.follow(underWay.number, note);
      done.push({ flags, deployment: underWay.number });
      return;
    }
    if (underWay !== undefined && atOnce) {
      note(`stopping deployment ${underWay.number}`);
      await flags.putBack(underWay.number);
    }
    const before = await flags.deployed();
    if (before === text) {
      note('has them already');
      had.push(flags.region);
      return;
    }
    // There is nobody yet for whom anything could change.
    const deployment = await flags.deploy(text, { atOnce: atOnce || before === undefined, note });
    done.push({ flags, deployment });
  };
  try {
    await tasks.inOrder(regions.map((flags) => ({ title: `flags in ${flags.region}`, work: work(flags) })));
  } catch (error) {
    const kept = had.length === 0 ? '' : `; had them before, and keeps them: ${had.join(', ')}`;
    const back = await putBack(done);
    throw new FlagDeploymentError(`${error instanceof Error ? error.message : String(error)}${back}${kept}`, {
      cause: error,
    });
  }
};
