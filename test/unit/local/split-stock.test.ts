import fc from 'fast-check';
import { splitStock } from '../../../local/operator/split-stock';

describe('the pieces of an article', () => {
  it('are divided among the regions, and the first has the rest', () => {
    expect([...splitStock(25, ['eu-west-1', 'sa-east-1', 'us-east-1'])]).toEqual([
      ['eu-west-1', 9],
      ['sa-east-1', 8],
      ['us-east-1', 8],
    ]);
  });

  it('are all there afterwards, none below zero', () => {
    fc.assert(
      fc.property(fc.nat(), fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 5 }), (pieces, regions) => {
        const shares = [...splitStock(pieces, regions).values()];
        return shares.reduce((sum, share) => sum + share, 0) === pieces && shares.every((share) => share >= 0);
      }),
    );
  });
});
