import type { ApiAnswer } from '../shared/api-route';
import { NotFoundProblem } from '../shared/problem';
import type { OrderView } from './read-order.contract';
import type { OrderHistory } from './read-order.use-case';

/**
 * What a client is shown of its order.
 * @throws NotFoundProblem no such order of this client
 */
export const readOrderAnswer = (history: OrderHistory | undefined): ApiAnswer<OrderView> => {
  if (history === undefined) throw new NotFoundProblem('there is no such order of this client');
  const { order, steps } = history;
  const { servedFrom, homeRegion, asOf } = history.freshness;
  const { orderId, status, reason, customerId, placedAt, cancelRequestedAt, closedAt, currency, totalMinor } = order;
  const lines = [...order.lines];
  const about = { orderId, status, reason, customerId, placedAt, cancelRequestedAt, closedAt, currency, totalMinor };
  const freshness = { servedFrom, homeRegion, asOf: asOf?.toISOString() };
  return { status: 200, body: { ...about, lines, steps: [...steps], freshness } };
};
