import type { Clock } from '../shared/clock.port';
import { caseIdOf, decideCase, type StepFailure } from './order-case';
import type { OrderCases } from './order-cases.port';
import { untilFresh } from '../shared/until-fresh';

/** Opens the case of a step that was given up, unless it is open for this execution already; answers its id. */
export const openCase = (
  { cases, clock }: { readonly cases: OrderCases; readonly clock: Clock },
  failure: StepFailure,
): Promise<string> =>
  untilFresh(async () => {
    const caseId = caseIdOf(failure.orderId, failure.step);
    const decision = decideCase(await cases.find(caseId), failure, clock.now());
    if (decision.kind === 'open') await cases.open(decision.opened);
    return caseId;
  });
