import { cancelOrderRoute } from '../ordering/cancel-order.contract';
import { placeOrderRoute } from '../ordering/place-order.contract';
import { readOrderRoute } from '../ordering/read-order.contract';

/** Every operation of the API that records accesses, by `<METHOD> <path>`; a test keeps it whole. */
export const auditedRoutes = {
  'POST /v1/orders': placeOrderRoute,
  'GET /v1/orders/{orderId}': readOrderRoute,
  'POST /v1/orders/{orderId}/cancel': cancelOrderRoute,
} as const;
