import * as z from 'zod/mini';
import { isSealed, type Sealed } from '../shared/sealed';
import { payment, personal } from '../shared/sensitive';

/** Text for people: whole characters, and none that controls a terminal or a printer. No store and no label takes others. */
export const plainText = z.refine<string>(
  (value) => value.isWellFormed() && !/\p{Cc}/u.test(value),
  'text without control characters or halves of characters',
);

const text = (max: number) => z.string().check(z.minLength(1), z.maxLength(max), plainText);

/** One line of an order: amounts in minor units (cents) of the order's currency. */
export const orderLine = z.object({
  sku: z.string().check(z.regex(/^[A-Z0-9-]{3,32}$/)),
  quantity: z.int().check(z.minimum(1), z.maximum(99)),
  unitPriceMinor: z.int().check(z.minimum(0)),
});

/** Where the parcel goes. Personal data: sealed when the order is placed, never logged, never in a broadcast event. */
export const shippingAddress = z.object({
  recipient: personal(text(120)),
  street: personal(text(200)),
  city: personal(text(100)),
  postalCode: personal(text(16)),
  country: personal(z.string().check(z.regex(/^[A-Z]{2}$/))),
});

/** Where a field of an order is sealed for: what is sealed for one order or field opens in no other. */
export const sealedOrderField = (orderId: string, field: 'shipTo' | 'paymentMethod' | 'fingerprint'): string =>
  `order/${orderId}/${field}`;

/** Reference into the payment provider's vault, for example `pm_card`. Payment data: sealed when the order is placed, never logged. */
export const paymentMethod = payment(text(64));

/** A value, or its sealed text: orders that were placed before there were seals carry the value. */
const sealable = <Schema extends z.core.$ZodType>(schema: Schema) =>
  z.union([z.custom<Sealed<z.output<Schema>>>(isSealed), schema]);

/** The payload that the order saga hands to each of its steps. */
export const orderSagaData = z.object({
  orderId: z.uuid(),
  customerId: personal(text(64)),
  currency: z.string().check(z.regex(/^[A-Z]{3}$/)),
  totalMinor: z.int().check(z.minimum(1)),
  lines: z.array(orderLine).check(z.minLength(1), z.maxLength(50)),
  /** Opened by payments alone. */
  paymentMethod: sealable(paymentMethod),
  /** Opened by shipping alone. */
  shipTo: sealable(shippingAddress),
  /** The client's own notes; up to 20 keys. Nobody knows what they tell. */
  metadata: personal(z.record(z.string(), z.string())),
});
export type OrderSagaData = z.infer<typeof orderSagaData>;
