import fc from 'fast-check';
import { bucketOf } from '../../../lambdas/shared/flag-bucket';

const key = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/);
const client = fc.string({ minLength: 1, maxLength: 40 });
const clients = Array.from({ length: 20_000 }, (_, at) => `client-${at}`);

describe('where a client stands in a roll-out', () => {
  it('is the same whenever it is asked, at least 0 and less than 100', () => {
    fc.assert(
      fc.property(key, client, (flag, id) => {
        const bucket = bucketOf(flag, id);
        expect(bucketOf(flag, id)).toBe(bucket);
        expect(bucket).toBeGreaterThanOrEqual(0);
        expect(bucket).toBeLessThan(100);
      }),
    );
  });

  it('never moves: another place would switch clients over with a deployment', () => {
    expect([
      bucketOf('lines-per-order', 'store-front'),
      bucketOf('lines-per-order', 'client-7'),
    ]).toMatchInlineSnapshot(`
[
  20.860992679962553,
  57.443153922008094,
]
`);
  });

  it.each([1, 10, 50, 90])('lets %d %% of many clients in, give or take four standard deviations', (percent) => {
    const share = percent / 100;
    const deviation = Math.sqrt(clients.length * share * (1 - share));

    const inside = clients.filter((id) => bucketOf('a-flag', id) < percent).length;

    expect(Math.abs(inside - clients.length * share)).toBeLessThan(4 * deviation);
  });

  it('spreads evenly over a hundred cells: chi-squared below its 99.9th percentile', () => {
    const cells = new Array<number>(100).fill(0);
    for (const id of clients) cells[Math.floor(bucketOf('a-flag', id))]! += 1;
    const expected = clients.length / cells.length;

    const chiSquared = cells.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);

    // 99 degrees of freedom.
    expect(chiSquared).toBeLessThan(148.2);
  });

  it('is drawn anew for each flag: who is first in one is no likelier to be first in another', () => {
    const both = clients.filter((id) => bucketOf('one-flag', id) < 10 && bucketOf('another-flag', id) < 10).length;

    const deviation = Math.sqrt(clients.length * 0.01 * 0.99);
    expect(Math.abs(both - clients.length * 0.01)).toBeLessThan(4 * deviation);
  });
});
