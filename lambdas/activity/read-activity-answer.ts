import type { ApiAnswer } from '../shared/api-route';
import { GoneProblem } from '../shared/problem';
import type { ActivityView } from './read-activity.contract';

/**
 * What a client is answered.
 * @throws GoneProblem the customer was erased
 */
export const readActivityAnswer = (view: ActivityView | undefined): ApiAnswer<ActivityView> => {
  if (view === undefined) throw new GoneProblem('the data of this customer were erased');
  return { status: 200, body: view };
};
