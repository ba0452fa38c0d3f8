import type { OrderRequest } from './store-api';

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** A command that places an order, to be pasted into a shell. Its key is new each time it is run. */
export const placeOrderCurl = (apiUrl: string, token: string, request: OrderRequest): string =>
  [
    `curl -i ${quoted(`${apiUrl}/v1/orders`)}`,
    `  -H ${quoted(`Authorization: Bearer ${token}`)}`,
    `  -H "Idempotency-Key: order-$(date +%s)-$RANDOM-$RANDOM"`,
    `  -H 'Content-Type: application/json'`,
    `  -d ${quoted(JSON.stringify(request))}`,
  ].join(' \\\n');
