import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { DeployedSystem } from './deployed-system';
import { inParallel } from './in-parallel';
import type { OpenCase } from './parked-cases';

/** What came of re-driving one case. */
export interface Redriven {
  readonly caseId: string;
  /** False when the function threw: the case stays open, and is tried again once its order has come to an end. */
  readonly accepted: boolean;
  readonly answer: string;
}

/** Sends every case to the function that it names, as `npm run ops -- cases redrive <id>` does for one. */
export const redriveCases = (system: DeployedSystem, cases: readonly OpenCase[]): Promise<Redriven[]> =>
  inParallel(cases, 4, async ({ caseId, redriveFunction }) => {
    const { FunctionError, Payload } = await system.lambda.send(
      new InvokeCommand({ FunctionName: redriveFunction, Payload: JSON.stringify({ redriveCase: caseId }) }),
    );
    const answer = Payload === undefined ? '' : Buffer.from(Payload).toString('utf8');
    return { caseId, accepted: FunctionError === undefined, answer };
  });
