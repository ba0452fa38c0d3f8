import { messageOf } from '../message-of';
import { askRegions } from '../operator/ask-regions';
import type { TaskList } from '../terminal/task-list';
import { FlagDeploymentError, FlagRefusalError } from './flags.errors';
import type { KnownRegion } from './known-region';
import type { RegionFlags } from './region-flags.port';
import { withoutDarkRegions } from './without-dark-regions';

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
      left.push(`${flags.region} (deployment ${deployment}): ${messageOf(error)}`);
    }
  }
  if (left.length > 0) return `; NOT put back: ${left.join('; ')}`;
  return done.length === 0 ? '' : `; put back: ${done.map(({ flags }) => flags.region).join(', ')}`;
};

/** Why a gradual deployment cannot begin, or would not last. */
const obstaclesIn = async ({ flags, state: { underWay } }: KnownRegion, text: string): Promise<readonly string[]> => {
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
 * @throws RegionDarkError a region does not say whether an alarm rings; nothing was begun
 * @throws FlagDeploymentError a region has refused the flags or rolled them back
 */
export const deployFlags = async (
  regions: readonly KnownRegion[],
  text: string,
  { atOnce, tasks }: { readonly atOnce: boolean; readonly tasks: TaskList },
): Promise<void> => {
  if (!atOnce) {
    const asked = regions.map((known) => ({ region: known.flags.region, known }));
    const inTheWay = (await askRegions(asked, ({ known }) => obstaclesIn(known, text), withoutDarkRegions)).flat();
    if (inTheWay.length > 0)
      throw new FlagRefusalError(
        `nothing was deployed: ${inTheWay.join('; ')}\n  --at-once deploys without alarms, and stops what is under way`,
      );
  }
  const done: Done[] = [];
  const had: string[] = [];
  const work =
    (region: KnownRegion) =>
    async (note: (line: string) => void): Promise<void> => {
      const { flags } = region;
      const { newest, deployed, underWay } = await flags.state();
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
      if (deployed === text) {
        note('has them already');
        had.push(flags.region);
        return;
      }
      // The regions before this one have taken their time.
      if (newest !== region.state.newest && !atOnce)
        throw new FlagDeploymentError(`${flags.region} has got other flags meanwhile, by deployment ${newest}`);
      try {
        // There is nobody yet for whom anything could change.
        const deployment = await flags.deploy(text, { atOnce: atOnce || deployed === undefined, after: newest, note });
        done.push({ flags, deployment });
      } catch (error) {
        // Two commands may bring the same flags: the one that comes second must not take back what the first one goes on with.
        const now = await flags.state();
        if (atOnce || (now.underWay?.text !== text && now.deployed !== text)) throw error;
        await work(region)(note);
      }
    };
  try {
    await tasks.inOrder(regions.map((region) => ({ title: `flags in ${region.flags.region}`, work: work(region) })));
  } catch (error) {
    const kept = had.length === 0 ? '' : `; had them before, and keeps them: ${had.join(', ')}`;
    const back = await putBack(done);
    throw new FlagDeploymentError(`${messageOf(error)}${back}${kept}`, {
      cause: error,
    });
  }
};
