import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod/mini';
import { activityView } from '../../../lambdas/activity/read-activity.contract';
import { recordActivityBody, recordedActivity } from '../../../lambdas/activity/record-activity.contract';
import { regionInService } from '../../../lambdas/edge/check-health.contract';
import { cancelledOrder } from '../../../lambdas/ordering/cancel-order.contract';
import { orderTransitions } from '../../../lambdas/ordering/order';
import { placedOrder, placeOrderBody, placeOrderHeaders } from '../../../lambdas/ordering/place-order.contract';
import { orderView } from '../../../lambdas/ordering/read-order.contract';

type Node = { readonly [key: string]: unknown };

const document: Node = parse(readFileSync(join(__dirname, '../../../contracts/openapi/tenfold-v1.yaml'), 'utf8'));

const at = (...path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (node, key) => (typeof node === 'object' && node !== null ? Reflect.get(node, key) : undefined),
    document,
  );

const keysOf = (node: unknown): readonly string[] =>
  typeof node === 'object' && node !== null ? Object.keys(node) : [];

const nodes = (node: unknown, path = '#'): readonly (readonly [string, Node])[] => {
  if (typeof node !== 'object' || node === null) return [];
  const inner = Object.entries(node).flatMap(([key, value]) => nodes(value, `${path}/${key}`));
  return [[path, node as Node], ...inner];
};

const answer = (path: string, method: string, status: string) =>
  at('paths', path, method, 'responses', status, 'content', 'application/json', 'example');

describe('the OpenAPI contract', () => {
  it.each([
    ['PlaceOrderRequest', placeOrderBody],
    ['PlacedOrder', placedOrder],
    ['Order', orderView],
    ['CancelledOrder', cancelledOrder],
    ['RegionInService', regionInService],
    ['RecordActivityRequest', recordActivityBody],
    ['ActivityEvent', recordActivityBody.shape.events.def.element],
    ['RecordedActivity', recordedActivity],
    ['ActivityView', activityView],
    ['TimelineEntity', activityView.shape.timeline.def.element],
    ['TimelineEvent', activityView.shape.timeline.def.element.shape.events.def.element],
  ])('names the same fields of %s as the functions do', (name, schema) => {
    const ours = z.toJSONSchema(schema, { io: 'input' });

    expect([...keysOf(at('components', 'schemas', name, 'properties'))].sort()).toEqual(
      keysOf(ours.properties).toSorted(),
    );
    const required = at('components', 'schemas', name, 'required');
    expect(Array.isArray(required) && required.toSorted()).toEqual(ours.required?.toSorted());
  });

  it('gives examples that the functions take and answer', () => {
    const request = at('paths', '/v1/orders', 'post', 'requestBody', 'content', 'application/json', 'example');
    const key = at('components', 'parameters', 'IdempotencyKey', 'example');

    expect(placeOrderBody.safeParse(request).success).toBe(true);
    expect(placeOrderHeaders.safeParse({ 'idempotency-key': key }).success).toBe(true);
    const placed = answer('/v1/orders', 'post', '201');
    const read = answer('/v1/orders/{orderId}', 'get', '200');
    const cancelled = answer('/v1/orders/{orderId}/cancel', 'post', '202');
    const health = answer('/health', 'get', '200');
    expect([
      placedOrder.parse(placed),
      orderView.parse(read),
      cancelledOrder.parse(cancelled),
      regionInService.parse(health),
    ]).toEqual([placed, read, cancelled, health]);
  });

  it('gives examples of activity that the functions take and answer', () => {
    const request = at('paths', '/v1/activity', 'post', 'requestBody', 'content', 'application/json', 'example');
    const recorded = answer('/v1/activity', 'post', '202');
    const view = answer('/v1/activity/{customerId}', 'get', '200');

    expect(recordActivityBody.safeParse(request).success).toBe(true);
    expect([recordedActivity.parse(recorded), activityView.parse(view)]).toEqual([recorded, view]);
  });

  it('lists every status that an order may have', () => {
    expect(at('components', 'schemas', 'OrderStatus', 'enum')).toEqual(Object.keys(orderTransitions));
  });

  it('describes the patterns that the functions check', () => {
    const ours = z.toJSONSchema(placeOrderBody, { io: 'input' });
    const pattern = (...path: readonly string[]) => at('components', 'schemas', ...path, 'pattern');
    const sku = z.toJSONSchema(placeOrderBody.shape.lines.def.element.shape.sku);

    expect(pattern('PlaceOrderRequest', 'properties', 'customerId')).toBe(
      z.toJSONSchema(placeOrderBody.shape.customerId).pattern,
    );
    expect(pattern('PlaceOrderRequest', 'properties', 'paymentMethod')).toBe(
      z.toJSONSchema(placeOrderBody.shape.paymentMethod).pattern,
    );
    expect(pattern('Currency')).toBe(z.toJSONSchema(placeOrderBody.shape.currency).pattern);
    expect(pattern('Sku')).toBe(sku.pattern);
    const ofActivity = recordActivityBody.shape;
    expect(pattern('RecordActivityRequest', 'properties', 'customerId')).toBe(
      z.toJSONSchema(ofActivity.customerId).pattern,
    );
    expect(z.toJSONSchema(ofActivity.events.def.element.shape.sku).pattern).toBe(pattern('Sku'));
    expect(ours.additionalProperties).toBe(false);
  });

  it('closes every object', () => {
    const open = nodes(document)
      .filter(([, node]) => node['type'] === 'object' && node['additionalProperties'] === undefined)
      .map(([path]) => path);

    expect(open).toEqual([]);
  });

  it('has no reference that points at nothing', () => {
    const dangling = nodes(document).flatMap(([, { $ref }]) =>
      typeof $ref === 'string' && at(...$ref.replace('#/', '').split('/')) === undefined ? [$ref] : [],
    );

    expect(dangling).toEqual([]);
  });

  it('answers every refusal with a problem document', () => {
    const refusals = nodes(at('paths')).filter(([path]) => /\/responses\/[45]\d\d$/.test(path));

    expect(refusals.length).toBeGreaterThan(15);
    for (const [, node] of refusals) {
      const { $ref } = node;
      const response = typeof $ref === 'string' ? at(...$ref.replace('#/', '').split('/')) : node;
      expect(keysOf(Reflect.get(Object(response), 'content'))).toEqual(['application/problem+json']);
    }
  });
});
