import * as z from 'zod/mini';
import { fieldIssues } from '../../../lambdas/shared/issue-text';

const line = z.strictObject({
  sku: z.string().check(z.regex(/^[A-Z]+$/)),
  quantity: z.int().check(z.minimum(1), z.maximum(99)),
});
const order = z.strictObject({
  id: z.uuid(),
  currency: z.enum(['BRL', 'USD']),
  lines: z.array(line).check(z.minLength(1), z.maxLength(2)),
  code: z.optional(z.string().check(z.length(3))),
});
const good = { id: '0b2ab9e6-6d3c-4f3c-8b8e-0c5b1f2a7e11', currency: 'BRL', lines: [{ sku: 'TEA', quantity: 1 }] };

const issuesOf = (input: unknown) => {
  const parsed = z.safeParse(order, input);
  return parsed.success ? [] : fieldIssues(parsed.error);
};

describe('fieldIssues', () => {
  it.each([
    ['a wrong type', { ...good, lines: 'none' }, { field: 'lines', expected: 'array' }],
    ['a missing field', { ...good, currency: undefined }, { field: 'currency', expected: 'one of "BRL", "USD"' }],
    ['a format', { ...good, id: 'x' }, { field: 'id', expected: 'a valid uuid' }],
    ['too few items', { ...good, lines: [] }, { field: 'lines', expected: 'at least 1 items' }],
    [
      'a number that is too small',
      { ...good, lines: [{ sku: 'A', quantity: 0 }] },
      { field: 'lines[0].quantity', expected: 'at least 1' },
    ],
    [
      'a number that is too big',
      { ...good, lines: [{ sku: 'A', quantity: 100 }] },
      { field: 'lines[0].quantity', expected: 'at most 99' },
    ],
    ['a fraction', { ...good, lines: [{ sku: 'A', quantity: 1.5 }] }, { field: 'lines[0].quantity', expected: 'int' }],
    [
      'a pattern',
      { ...good, lines: [{ sku: 'a', quantity: 1 }] },
      { field: 'lines[0].sku', expected: 'text that matches /^[A-Z]+$/' },
    ],
    ['an exact length', { ...good, code: 'ab' }, { field: 'code', expected: 'exactly 3 characters' }],
    ['an unknown field', { ...good, extra: 1 }, { field: 'extra', expected: 'no such field' }],
    ['the input as a whole', 'text', { field: '', expected: 'object' }],
  ])('says where %s is and what was expected', (_name, input, issue) => {
    expect(issuesOf(input)).toEqual([issue]);
  });

  it('names each of several unknown fields with its path', () => {
    const input = { ...good, lines: [{ sku: 'A', quantity: 1, price: 2, colour: 3 }] };

    expect(issuesOf(input).map(({ field }) => field)).toEqual(['lines[0].price', 'lines[0].colour']);
  });
});
