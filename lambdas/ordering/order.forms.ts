import * as z from 'zod/mini';
import type { ApiAnswer } from '../shared/api-route';
import { seal } from '../shared/sealed';
import type { StoredForms } from '../shared/stored-forms';
import { cancelledOrder } from './cancel-order.contract';
import { cancelOrderAnswer } from './cancel-order-answer';
import type { Order } from './order';
import { orderCancelled, orderConfirmed, orderPlaced, orderRejected } from './order-events';
import { orderHistory } from './order-schema';
import { newestOrderSchema } from './order-schema.contract';
import { stepsOf } from './order-timeline';
import { placedOrder } from './place-order.contract';
import { placeOrderAnswer } from './place-order-answer';
import { orderView } from './read-order.contract';
import { readOrderAnswer } from './read-order-answer';

const shipTo = { recipient: 'Ada Lovelace', city: 'São Paulo', postalCode: '01310-100', country: 'BR' };

/** What no version of the form has changed. */
const pending = {
  orderId: '7c1b4bb5-7f0c-5d0f-9b7e-2f7f6f0f6b11',
  clientId: 'store-front',
  fingerprint: 'f1d2d2f924e986ac86fdf7b36c94bcdf32beec15ed4ad6b6a4f1d4d4e4e4a4a4',
  customerId: 'customer-42',
  currency: 'BRL',
  totalMinor: 7980,
  lines: [{ sku: 'MUG-BLUE', quantity: 2, unitPriceMinor: 3990 }],
  paymentMethod: 'pm_card',
  metadata: { campaign: 'spring' },
  status: 'PENDING',
  placedAt: '2026-11-23T08:30:00.000Z',
  execution: '7c1b4bb5-7f0c-5d0f-9b7e-2f7f6f0f6b11',
};

/** Each with other fields that an order need not have. */
const lives = [
  pending,
  { ...pending, status: 'CONFIRMED', confirmedAt: '2026-11-23T08:30:01.377Z' },
  {
    ...pending,
    status: 'CANCELLED',
    cancelRequestedAt: '2026-11-23T08:30:00.700Z',
    closedAt: '2026-11-23T08:30:02.000Z',
    reason: 'cancelled by the client',
  },
  { ...pending, status: 'PARKED', parked: ['refund'], redrivenCase: 'case-1', reason: 'a refund keeps failing' },
];

// As the route does it: what the answer's schema does not name does not leave.
const sent = (schema: z.core.$ZodType, { status, body }: ApiAnswer<unknown>): ApiAnswer<unknown> => ({
  status,
  body: z.parse(schema, body),
});

const freshness = { servedFrom: 'us-east-1', homeRegion: 'sa-east-1', asOf: new Date('2026-11-23T08:30:41.000Z') };

// A key that seals nothing else: what is sealed here is made up, too.
const example = { key: Buffer.alloc(32, 1), region: 'sa-east-1' };
const sealed = (field: string, value: unknown) =>
  seal(example, { subject: pending.customerId, field }, value, Buffer.alloc(12, 1));
const seals = {
  shipTo: sealed('shipTo', { ...shipTo, street: 'Rua das Flores 10' }),
  paymentMethod: sealed('paymentMethod', pending.paymentMethod),
  fingerprint: sealed('fingerprint', pending.fingerprint),
};

/** Orders. Version 2 has a field of its own for the house number of the address; in version 3 what is personal is sealed. */
export const storedForms: StoredForms<Order> = {
  kind: 'order',
  newest: newestOrderSchema,
  history: orderHistory,
  examples: lives.flatMap((order) => [
    { version: 1, state: { ...order, shipTo: { ...shipTo, street: 'Rua das Flores 10' } } },
    { version: 2, state: { ...order, shipTo: { ...shipTo, street: 'Rua das Flores', houseNumber: '10' } } },
    { version: 3, state: { ...order, ...seals, country: shipTo.country } },
  ]),
  answers: {
    placeOrder: (order) => sent(placedOrder, placeOrderAnswer({ kind: 'replayed', order })),
    readOrder: (order) => sent(orderView, readOrderAnswer({ order, steps: stepsOf(order, undefined), freshness })),
    cancelOrder: ({ orderId, cancelRequestedAt = pending.placedAt }) =>
      sent(cancelledOrder, cancelOrderAnswer({ kind: 'already', orderId, cancelRequestedAt })),
  },
  events: (order) => [orderPlaced(order), orderConfirmed(order), orderRejected(order), orderCancelled(order)],
};
