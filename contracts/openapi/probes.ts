// Generated from tenfold-v1.yaml by `npm run contracts:generate`; `npm run contracts:check` keeps it current.
import * as z from 'zod/mini';
import type { Probe } from '../../lambdas/release/probe';

const fieldError = z.strictObject({ field: z.string(), value: z.optional(z.unknown()), expected: z.string() });
const problem = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int().check(z.gte(400), z.lte(599)),
  detail: z.optional(z.string()),
  instance: z.optional(z.string()),
  errors: z.optional(z.array(fieldError)),
});
const timestamp = z.iso.datetime();
const timelineEvent = z.strictObject({
  sequence: z.int().check(z.gte(1)),
  kind: z.enum(['viewed', 'searched', 'carted', 'placed', 'confirmed', 'rejected', 'cancelled']),
  occurredAt: timestamp,
  sku: z.optional(z.string()),
  query: z.optional(z.string()),
});
const timelineEntity = z.strictObject({ entity: z.string(), lastAt: timestamp, events: z.array(timelineEvent) });
const activityView = z.strictObject({
  customerId: z.string(),
  timeline: z.array(timelineEntity),
  next: z.optional(z.string()),
});
const schemaUse = z.strictObject({
  reads: z.array(z.int().check(z.gte(1))).check(z.minLength(1)),
  writes: z.int().check(z.gte(1)),
});
const regionInService = z.strictObject({
  region: z.string(),
  status: z.enum(['in-service']),
  version: z.string(),
  schemas: z.record(z.string(), schemaUse),
  checked: z.array(z.string()),
});

/** Requests that change nothing, by `operationId`. */
export const probes: { readonly [operationId: string]: readonly Probe[] } = {
  placeOrder: [
    {
      name: 'without idempotency-key',
      method: 'POST',
      resource: '/v1/orders',
      isPublic: false,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        customerId: 'customer-42',
        currency: 'BRL',
        lines: [{ sku: 'NO-SUCH-SKU', quantity: 2 }],
        paymentMethod: 'pm_card',
        shipTo: {
          recipient: 'Ada Lovelace',
          street: 'Rua das Flores 10',
          city: 'São Paulo',
          postalCode: '01310-100',
          country: 'BR',
        },
        metadata: { campaign: 'spring' },
      }),
      answer: { status: 400, schema: problem },
    },
    {
      name: 'without customerId',
      method: 'POST',
      resource: '/v1/orders',
      isPublic: false,
      headers: { 'idempotency-key': '0b1f6c1e-5f0e-4c57-9d0a-6b1a4c2d9e77', 'content-type': 'application/json' },
      body: JSON.stringify({
        currency: 'BRL',
        lines: [{ sku: 'NO-SUCH-SKU', quantity: 2 }],
        paymentMethod: 'pm_card',
        shipTo: {
          recipient: 'Ada Lovelace',
          street: 'Rua das Flores 10',
          city: 'São Paulo',
          postalCode: '01310-100',
          country: 'BR',
        },
        metadata: { campaign: 'spring' },
      }),
      answer: { status: 400, schema: problem },
    },
    {
      name: 'without currency',
      method: 'POST',
      resource: '/v1/orders',
      isPublic: false,
      headers: { 'idempotency-key': '0b1f6c1e-5f0e-4c57-9d0a-6b1a4c2d9e77', 'content-type': 'application/json' },
      body: JSON.stringify({
        customerId: 'customer-42',
        lines: [{ sku: 'NO-SUCH-SKU', quantity: 2 }],
        paymentMethod: 'pm_card',
        shipTo: {
          recipient: 'Ada Lovelace',
          street: 'Rua das Flores 10',
          city: 'São Paulo',
          postalCode: '01310-100',
          country: 'BR',
        },
        metadata: { campaign: 'spring' },
      }),
      answer: { status: 400, schema: problem },
    },
    {
      name: 'without lines',
      method: 'POST',
      resource: '/v1/orders',
      isPublic: false,
      headers: { 'idempotency-key': '0b1f6c1e-5f0e-4c57-9d0a-6b1a4c2d9e77', 'content-type': 'application/json' },
      body: JSON.stringify({
        customerId: 'customer-42',
        currency: 'BRL',
        paymentMethod: 'pm_card',
        shipTo: {
          recipient: 'Ada Lovelace',
          street: 'Rua das Flores 10',
          city: 'São Paulo',
          postalCode: '01310-100',
          country: 'BR',
        },
        metadata: { campaign: 'spring' },
      }),
      answer: { status: 400, schema: problem },
    },
    {
      name: 'without paymentMethod',
      method: 'POST',
      resource: '/v1/orders',
      isPublic: false,
      headers: { 'idempotency-key': '0b1f6c1e-5f0e-4c57-9d0a-6b1a4c2d9e77', 'content-type': 'application/json' },
      body: JSON.stringify({
        customerId: 'customer-42',
        currency: 'BRL',
        lines: [{ sku: 'NO-SUCH-SKU', quantity: 2 }],
        shipTo: {
          recipient: 'Ada Lovelace',
          street: 'Rua das Flores 10',
          city: 'São Paulo',
          postalCode: '01310-100',
          country: 'BR',
        },
        metadata: { campaign: 'spring' },
      }),
      answer: { status: 400, schema: problem },
    },
    {
      name: 'without shipTo',
      method: 'POST',
      resource: '/v1/orders',
      isPublic: false,
      headers: { 'idempotency-key': '0b1f6c1e-5f0e-4c57-9d0a-6b1a4c2d9e77', 'content-type': 'application/json' },
      body: JSON.stringify({
        customerId: 'customer-42',
        currency: 'BRL',
        lines: [{ sku: 'NO-SUCH-SKU', quantity: 2 }],
        paymentMethod: 'pm_card',
        metadata: { campaign: 'spring' },
      }),
      answer: { status: 400, schema: problem },
    },
    {
      name: 'as plain text',
      method: 'POST',
      resource: '/v1/orders',
      isPublic: false,
      headers: { 'idempotency-key': '0b1f6c1e-5f0e-4c57-9d0a-6b1a4c2d9e77', 'content-type': 'text/plain' },
      body: JSON.stringify({
        customerId: 'customer-42',
        currency: 'BRL',
        lines: [{ sku: 'NO-SUCH-SKU', quantity: 2 }],
        paymentMethod: 'pm_card',
        shipTo: {
          recipient: 'Ada Lovelace',
          street: 'Rua das Flores 10',
          city: 'São Paulo',
          postalCode: '01310-100',
          country: 'BR',
        },
        metadata: { campaign: 'spring' },
      }),
      answer: { status: 415, schema: problem },
    },
    {
      name: 'lines[0].sku "NO-SUCH-SKU"',
      method: 'POST',
      resource: '/v1/orders',
      isPublic: false,
      headers: { 'idempotency-key': '0b1f6c1e-5f0e-4c57-9d0a-6b1a4c2d9e77', 'content-type': 'application/json' },
      body: JSON.stringify({
        customerId: 'customer-42',
        currency: 'BRL',
        lines: [{ sku: 'NO-SUCH-SKU', quantity: 2 }],
        paymentMethod: 'pm_card',
        shipTo: {
          recipient: 'Ada Lovelace',
          street: 'Rua das Flores 10',
          city: 'São Paulo',
          postalCode: '01310-100',
          country: 'BR',
        },
        metadata: { campaign: 'spring' },
      }),
      answer: { status: 422, schema: problem },
    },
  ],
  readOrder: [
    {
      name: 'orderId that nothing has',
      method: 'GET',
      resource: '/v1/orders/{orderId}',
      isPublic: false,
      pathParameters: { orderId: '00000000-0000-4000-8000-000000000000' },
      answer: { status: 404, schema: problem },
    },
    {
      name: 'orderId that is none',
      method: 'GET',
      resource: '/v1/orders/{orderId}',
      isPublic: false,
      pathParameters: { orderId: 'none' },
      answer: { status: 400, schema: problem },
    },
  ],
  cancelOrder: [
    {
      name: 'orderId that nothing has',
      method: 'POST',
      resource: '/v1/orders/{orderId}/cancel',
      isPublic: false,
      pathParameters: { orderId: '00000000-0000-4000-8000-000000000000' },
      answer: { status: 404, schema: problem },
    },
    {
      name: 'orderId that is none',
      method: 'POST',
      resource: '/v1/orders/{orderId}/cancel',
      isPublic: false,
      pathParameters: { orderId: 'none' },
      answer: { status: 400, schema: problem },
    },
  ],
  recordActivity: [
    {
      name: 'without visitId',
      method: 'POST',
      resource: '/v1/activity',
      isPublic: false,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        customerId: 'customer-42',
        events: [
          { sequence: 1, kind: 'searched', occurredAt: '2026-11-23T08:30:00.000Z', query: 'blue mug' },
          { sequence: 1, kind: 'viewed', occurredAt: '2026-11-23T08:30:08.000Z', sku: 'MUG-BLUE' },
        ],
      }),
      answer: { status: 400, schema: problem },
    },
    {
      name: 'without customerId',
      method: 'POST',
      resource: '/v1/activity',
      isPublic: false,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        visitId: '3f0c1d52-5d0b-4f5e-9f0e-3d5f4a2b1c00',
        events: [
          { sequence: 1, kind: 'searched', occurredAt: '2026-11-23T08:30:00.000Z', query: 'blue mug' },
          { sequence: 1, kind: 'viewed', occurredAt: '2026-11-23T08:30:08.000Z', sku: 'MUG-BLUE' },
        ],
      }),
      answer: { status: 400, schema: problem },
    },
    {
      name: 'without events',
      method: 'POST',
      resource: '/v1/activity',
      isPublic: false,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ visitId: '3f0c1d52-5d0b-4f5e-9f0e-3d5f4a2b1c00', customerId: 'customer-42' }),
      answer: { status: 400, schema: problem },
    },
    {
      name: 'as plain text',
      method: 'POST',
      resource: '/v1/activity',
      isPublic: false,
      headers: { 'content-type': 'text/plain' },
      body: JSON.stringify({
        visitId: '3f0c1d52-5d0b-4f5e-9f0e-3d5f4a2b1c00',
        customerId: 'customer-42',
        events: [
          { sequence: 1, kind: 'searched', occurredAt: '2026-11-23T08:30:00.000Z', query: 'blue mug' },
          { sequence: 1, kind: 'viewed', occurredAt: '2026-11-23T08:30:08.000Z', sku: 'MUG-BLUE' },
        ],
      }),
      answer: { status: 415, schema: problem },
    },
    {
      name: 'events[1].sequence 1',
      method: 'POST',
      resource: '/v1/activity',
      isPublic: false,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        visitId: '3f0c1d52-5d0b-4f5e-9f0e-3d5f4a2b1c00',
        customerId: 'customer-42',
        events: [
          { sequence: 1, kind: 'searched', occurredAt: '2026-11-23T08:30:00.000Z', query: 'blue mug' },
          { sequence: 1, kind: 'viewed', occurredAt: '2026-11-23T08:30:08.000Z', sku: 'MUG-BLUE' },
        ],
      }),
      answer: { status: 422, schema: problem },
    },
  ],
  readActivity: [
    {
      name: 'customerId that nothing has',
      method: 'GET',
      resource: '/v1/activity/{customerId}',
      isPublic: false,
      pathParameters: { customerId: '00000000-0000-4000-8000-000000000000' },
      answer: { status: 200, schema: activityView },
    },
    {
      name: 'customerId that is none',
      method: 'GET',
      resource: '/v1/activity/{customerId}',
      isPublic: false,
      pathParameters: { customerId: '~' },
      answer: { status: 400, schema: problem },
    },
  ],
  checkHealth: [
    {
      name: 'as it is',
      method: 'GET',
      resource: '/health',
      isPublic: true,
      answer: { status: 200, schema: regionInService },
    },
  ],
};
