import { activityPath, activityView } from '../../../lambdas/activity/read-activity.contract';
import { recordActivityBody } from '../../../lambdas/activity/record-activity.contract';
import { orderSagaData } from '../../../lambdas/ordering/order-saga.contract';
import { placeOrderBody } from '../../../lambdas/ordering/place-order.contract';
import { sensitiveFieldsOf } from '../../../lambdas/shared/sensitive';
import { isSensitive } from '../../../lambdas/shared/sensitive-keys';

/** Marked as personal, and shown all the same: no person can be told by it. See docs/contexts/privacy.md. */
const shown = new Set(['country']);

it.each([
  ['the body of an order', placeOrderBody],
  ["the saga's payload", orderSagaData],
  ['what a customer does', recordActivityBody],
  ['the path of their timeline', activityPath],
  ['their timeline', activityView],
] as const)('masks in logs and problems every field that %s marks as sensitive', (_what, schema) => {
  const names = sensitiveFieldsOf(schema).flatMap(({ path }) => {
    const parts = path.replaceAll('[]', '').split('.');
    return [parts.filter((part) => part !== '*')];
  });

  const open = names.filter((parts) => !parts.some((part) => isSensitive(part) || shown.has(part)));

  expect(names).not.toEqual([]);
  expect(open).toEqual([]);
});
