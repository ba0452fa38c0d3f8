import { readActivityRoute } from '../activity/read-activity.contract';
import { recordActivityRoute } from '../activity/record-activity.contract';
import { cancelOrderRoute } from '../ordering/cancel-order.contract';
import { placeOrderRoute } from '../ordering/place-order.contract';
import { readOrderRoute } from '../ordering/read-order.contract';

/** Every operation of the API that records accesses, by `<METHOD> <path>`; a test keeps it whole. */
export const auditedRoutes = {
  'POST /v1/orders': placeOrderRoute,
  'GET /v1/orders/{orderId}': readOrderRoute,
  'POST /v1/orders/{orderId}/cancel': cancelOrderRoute,
  'POST /v1/activity': recordActivityRoute,
  'GET /v1/activity/{customerId}': readActivityRoute,
} as const;
