import { createHash } from 'node:crypto';
import { deliveryAddressOf } from './delivery-address';
import type { Order } from './order';
import type { PlaceOrderBody } from './place-order.contract';
import type { Price } from './price-list.port';

/** Largest total that one order may have, in minor units: a typo in a catalogue must not become a charge. */
export const maximumTotalMinor = 10_000_000;

/** A request to place an order, from one client under one Idempotency-Key. */
export interface Placement {
  readonly orderId: string;
  readonly clientId: string;
  readonly body: PlaceOrderBody;
  /** How many lines an order may have now. */
  readonly maximumLines: number;
}

/** The order that is stored under the same key. */
export interface KnownPlacement {
  readonly order: Order;
  /** Of the request that made it, opened. */
  readonly fingerprint: string;
}

/** One thing that is wrong with a well-formed request; `field` is a path such as `lines[0].sku`. */
export interface PlacementFault {
  readonly field: string;
  readonly value?: string | number;
  readonly expected: string;
}

/** `replay`: the same request again. `other-request`: the key belongs to another body. `unacceptable`: names what is wrong. */
export type PlacementDecision =
  | { readonly kind: 'place'; readonly order: Order }
  | { readonly kind: 'replay'; readonly order: Order }
  | { readonly kind: 'other-request' }
  | { readonly kind: 'unacceptable'; readonly faults: readonly PlacementFault[] };

const canonical = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => [key, canonical(member)]),
  );
};

/** SHA-256 of a request, in hexadecimal: equal for bodies that differ only in the order of their keys or in white space. */
export const fingerprintOf = (body: PlaceOrderBody): string =>
  createHash('sha256')
    .update(JSON.stringify(canonical(body)))
    .digest('hex');

const faultsOf = ({ body, maximumLines }: Placement, prices: ReadonlyMap<string, Price>): PlacementFault[] => {
  const { length } = body.lines;
  if (length > maximumLines) return [{ field: 'lines', value: length, expected: `at most ${maximumLines} lines` }];
  return body.lines.flatMap(({ sku }, index): PlacementFault[] => {
    const field = `lines[${index}].sku`;
    const price = prices.get(sku);
    if (price === undefined) return [{ field, value: sku, expected: 'a SKU of the catalogue' }];
    if (price.currency !== body.currency)
      return [{ field, value: sku, expected: `a SKU sold in ${body.currency}; this one is sold in ${price.currency}` }];
    if (body.lines.findIndex((line) => line.sku === sku) < index)
      return [{ field, value: sku, expected: 'each SKU on one line only' }];
    return [];
  });
};

/**
 * Whether a request becomes an order, repeats one, or cannot be one. The first accepted request under a key is the one
 * that is kept; what is refused leaves no trace, so that the same key may be used again once the fault is mended.
 */
export const decidePlacement = (
  known: KnownPlacement | undefined,
  placement: Placement,
  prices: ReadonlyMap<string, Price>,
  now: Date,
): PlacementDecision => {
  const { orderId, clientId, body } = placement;
  const fingerprint = fingerprintOf(body);
  if (known) {
    return known.fingerprint === fingerprint ? { kind: 'replay', order: known.order } : { kind: 'other-request' };
  }
  const faults = faultsOf(placement, prices);
  if (faults.length > 0) return { kind: 'unacceptable', faults };
  const lines = body.lines.map((line) => ({ ...line, unitPriceMinor: prices.get(line.sku)?.unitPriceMinor ?? 0 }));
  const totalMinor = lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0);
  if (totalMinor < 1 || totalMinor > maximumTotalMinor) {
    const expected = `lines that cost between 1 and ${maximumTotalMinor} minor units of ${body.currency} together`;
    return { kind: 'unacceptable', faults: [{ field: 'lines', value: totalMinor, expected }] };
  }
  const { customerId, currency, paymentMethod, shipTo, metadata = {} } = body;
  const order: Order = {
    orderId,
    clientId,
    fingerprint,
    customerId,
    currency,
    lines,
    totalMinor,
    paymentMethod,
    shipTo: deliveryAddressOf(shipTo),
    country: shipTo.country,
    metadata,
    status: 'PENDING',
    placedAt: now.toISOString(),
    execution: orderId,
  };
  return { kind: 'place', order };
};
