import type { ApiAnswer } from '../shared/api-route';
import { ConflictProblem, UnprocessableProblem } from '../shared/problem';
import type { Order } from './order';
import type { PlacedOrder } from './place-order.contract';
import type { PlaceOrderResult } from './place-order.use-case';

const accepted = ({ orderId, placedAt, currency, totalMinor, lines }: Order, headers = {}): ApiAnswer<PlacedOrder> => ({
  status: 201,
  // Relative to the request's own address, so it is right under every stage and domain name.
  headers: { location: `orders/${orderId}`, ...headers },
  // The order may be further by now; a repeat is answered what the first request was.
  body: { orderId, status: 'PENDING', placedAt, currency, totalMinor, lines: [...lines] },
});

/**
 * What a client is answered.
 * @throws ConflictProblem a request with the same key is in flight
 * @throws UnprocessableProblem names the fields at fault, the key that belongs to another request, or the customer who was erased
 */
export const placeOrderAnswer = (result: PlaceOrderResult): ApiAnswer<PlacedOrder> => {
  switch (result.kind) {
    case 'placed':
      return accepted(result.order);
    case 'replayed':
      return accepted(result.order, { 'idempotency-replayed': 'true' });
    case 'in-flight':
      throw new ConflictProblem('a request with this Idempotency-Key is being handled; repeat it in a second', {
        headers: { 'retry-after': '1' },
      });
    case 'other-request':
      throw new UnprocessableProblem('this Idempotency-Key was used for a request with another body', {
        errors: [{ field: 'idempotency-key', expected: 'a new key for a new request' }],
      });
    case 'erased':
      throw new UnprocessableProblem('the data of this customer were erased', {
        errors: [{ field: 'customerId', expected: 'a customer who was not erased; one who returns has a new id' }],
      });
    case 'unacceptable':
      throw new UnprocessableProblem('the order cannot be placed as it is', { errors: result.faults });
  }
};
