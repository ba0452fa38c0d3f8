import type { Clock } from '../shared/clock.port';
import { untilFresh } from '../shared/until-fresh';
import { caseIdOf, decideCase, type StepFailure } from './order-case';
import type { OrderCases } from './order-cases.port';

/** What open-case needs. */
export interface OpenCaseDeps {
  readonly cases: OrderCases;
  readonly clock: Clock;
  /** Name or ARN, alias included, of the function that an operator's redrive calls. */
  readonly redriveFunction: string;
}

/** Opens the case of a step that was given up, unless it is open for this execution already; answers its id. */
export const openCase = ({ cases, clock, redriveFunction }: OpenCaseDeps, failure: StepFailure): Promise<string> =>
  untilFresh(async () => {
    const caseId = caseIdOf(failure.orderId, failure.step);
    const decision = decideCase(await cases.find(caseId), failure, { now: clock.now(), redriveFunction });
    if (decision.kind === 'open') await cases.open(decision.opened);
    return caseId;
  });
