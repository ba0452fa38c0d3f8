import { inParallel } from '../../local/in-parallel';
import { RedriveFailedError } from '../../local/operator/parked-case.errors';
import { ParkedCases } from '../../local/operator/parked-cases';
import type { DeployedSystem } from './deployed-system';

/** What came of an operator's work on the open cases. */
export interface RedriveRound {
  /** Open cases that were found. */
  readonly open: number;
  /** Those whose redrive was taken; the others are tried again once their order has come to an end. */
  readonly redriven: number;
}

/**
 * Lists the open cases and re-drives them as `npm run ops -- cases redrive <id>` does.
 * @param isOwn whether a case with this subject (`order/<id>`) is the drill's
 */
export const redriveCases = async (
  { cloud }: DeployedSystem,
  isOwn: (subject: string) => boolean,
): Promise<RedriveRound> => {
  const cases = new ParkedCases(cloud, cloud.outputs);
  const own = (await cases.open()).filter(({ subject }) => isOwn(subject));
  const taken = await inParallel(own, 4, async ({ caseId }) => {
    try {
      await cases.redrive(caseId);
      return true;
    } catch (error) {
      if (error instanceof RedriveFailedError) return false;
      throw error;
    }
  });
  return { open: own.length, redriven: taken.filter(Boolean).length };
};
