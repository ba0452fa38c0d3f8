import fc from 'fast-check';
import {
  countedWith,
  type DistinctCount,
  distinctIn,
  fingerprintOf,
  nothingCounted,
  sketchOf,
} from '../../../lambdas/audit/distinct-count';

const countOf = (things: readonly string[]): DistinctCount =>
  things.reduce((count, thing) => countedWith(count, fingerprintOf(thing)), nothingCounted);

const subjects = (amount: number, from = 0) => Array.from({ length: amount }, (_, index) => `order/${from + index}`);

test('few things are counted exactly, each once, in whatever order and however they are shared out', () => {
  const things = fc.array(fc.integer({ min: 0, max: 80 }), { maxLength: 120 });

  fc.assert(
    fc.property(things, things, (one, other) => {
      const counts = [one, other].map((all) => countOf(all.map(String)));
      const different = new Set([...one, ...other]).size;

      if (counts.every(({ kind }) => kind === 'few')) expect(distinctIn(counts)).toBe(different);
    }),
  );
});

test.each([100, 500, 5_000, 50_000])('%i things are counted to within an eighth', (amount) => {
  expect(Math.abs(distinctIn([countOf(subjects(amount))]) - amount)).toBeLessThan(amount / 8);
});

test('a thing that was counted changes nothing', () => {
  const many = countOf(subjects(1_000));

  expect(countedWith(many, fingerprintOf('order/7'))).toBe(many);
});

test('counts that overlap count what they share once', () => {
  const both = distinctIn([countOf(subjects(2_000)), countOf(subjects(2_000, 1_000))]);

  expect(Math.abs(both - 3_000)).toBeLessThan(3_000 / 8);
});

test('a sketch takes half a kilobyte and is the same when it is made of its registers again', () => {
  const many = countOf(subjects(10_000));
  if (many.kind !== 'many') throw new Error('expected many');

  expect(many.registers).toHaveLength(512);
  expect(distinctIn([sketchOf(many.registers)])).toBe(distinctIn([many]));
});

test('what is far from a limit is not worked out', () => {
  const counts = [countOf(subjects(30)), countOf(subjects(30))];

  expect(distinctIn(counts, 100)).toBe(60);
  expect(distinctIn(counts, 60)).toBe(30);
});
