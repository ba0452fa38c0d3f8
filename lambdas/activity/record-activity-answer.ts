import type { ApiAnswer } from '../shared/api-route';
import { DependencyUnavailableProblem, TooManyRequestsProblem, UnprocessableProblem } from '../shared/problem';
import type { RecordedActivity } from './record-activity.contract';
import type { RecordActivityResult } from './record-activity.use-case';

/**
 * What a client is answered.
 * @throws UnprocessableProblem names the fields at fault, or the customer who was erased; nothing was recorded
 * @throws TooManyRequestsProblem the log takes no more at the moment
 * @throws DependencyUnavailableProblem the log does not answer
 */
export const recordActivityAnswer = (result: RecordActivityResult): ApiAnswer<RecordedActivity> => {
  switch (result.kind) {
    case 'recorded': {
      const { accepted, through } = result;
      return { status: 202, body: { accepted, through } };
    }
    case 'erased':
      throw new UnprocessableProblem('the data of this customer were erased', {
        errors: [{ field: 'customerId', expected: 'a customer who was not erased; one who returns has a new id' }],
      });
    case 'unacceptable':
      throw new UnprocessableProblem('the activity cannot be recorded as it is', { errors: result.faults });
    case 'overloaded':
      throw new TooManyRequestsProblem('more comes in than is taken at the moment; the same request again is safe', {
        headers: { 'retry-after': String(result.retryAfterSeconds) },
        cause: result.cause,
      });
    case 'unavailable':
      throw new DependencyUnavailableProblem('activity cannot be taken at the moment; the same request again is safe', {
        headers: { 'retry-after': String(result.retryAfterSeconds) },
        cause: result.cause,
      });
  }
};
