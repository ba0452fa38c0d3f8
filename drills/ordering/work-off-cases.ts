import { inParallel } from '../../local/in-parallel';
import type { ParkedCase } from '../../local/operator/parked-case';
import { DiscardFailedError, RedriveFailedError } from '../../local/operator/parked-case.errors';
import { ParkedCases } from '../../local/operator/parked-cases';
import type { DeployedSystem } from '../harness/deployed-system';

/** Reasons of cases whose first record will never be handled. */
const hopeless = ['Unreadable', 'SequenceGoesBack', 'FutureTime'];

const AT_ONCE = 4;
const DRILL = { by: 'drill', reason: 'planted by the drill' };

/** Open cases about these entities. */
export const casesAbout = async (
  { cloud }: DeployedSystem,
  entities: ReadonlySet<string>,
): Promise<readonly ParkedCase[]> => {
  const open = await new ParkedCases(cloud, cloud.outputs).open();
  return open.filter(({ subject }) => entities.has(subject));
};

/**
 * What an operator does about open cases: gives up a first record that cannot be handled, and re-drives the case, as
 * `npm run ops -- cases` does.
 * @returns how many were closed
 */
export const workOffCases = async ({ cloud }: DeployedSystem, cases: readonly ParkedCase[]): Promise<number> => {
  const parked = new ParkedCases(cloud, cloud.outputs);
  const closed = await inParallel(cases, AT_ONCE, async ({ caseId, reason, handled }) => {
    try {
      if (hopeless.includes(reason)) {
        const answer = await parked.discard({ caseId, number: handled + 1, ...DRILL });
        if (answer.endsWith('which is closed')) return true;
      }
      await parked.redrive(caseId);
      return true;
    } catch (error) {
      if (error instanceof RedriveFailedError || error instanceof DiscardFailedError) return false;
      throw error;
    }
  });
  return closed.filter(Boolean).length;
};
