import { orderSagaData } from '../../../lambdas/ordering/order-saga.contract';
import { placeOrderBody } from '../../../lambdas/ordering/place-order.contract';
import { sensitiveFieldsOf } from '../../../lambdas/shared/sensitive';
import { isSensitive } from '../../../lambdas/shared/sensitive-keys';

/** Marked as personal, and shown all the same: pseudonyms of the shop, and what no person can be told by. See docs/contexts/privacy.md. */
const shown = new Set(['customerId', 'country']);

it.each([
  ['the body of an order', placeOrderBody],
  ["the saga's payload", orderSagaData],
] as const)('masks in logs and problems every field that %s marks as sensitive', (_what, schema) => {
  const names = sensitiveFieldsOf(schema).flatMap(({ path }) => {
    const parts = path.replaceAll('[]', '').split('.');
    return [parts.filter((part) => part !== '*')];
  });

  const open = names.filter((parts) => !parts.some((part) => isSensitive(part) || shown.has(part)));

  expect(names.length).toBeGreaterThan(4);
  expect(open).toEqual([]);
});
