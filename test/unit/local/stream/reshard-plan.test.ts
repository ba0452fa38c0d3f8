import fc from 'fast-check';
import { decideMerge, decideSplit, type OpenShard } from '../../../../local/stream/reshard-plan';
import { ReshardError } from '../../../../local/stream/stream.errors';

const shard = (shardId: string, from: bigint, to: bigint): OpenShard => ({ shardId, from, to });
const three = [shard('a', 0n, 99n), shard('b', 100n, 299n), shard('c', 300n, 349n)];

describe('reshard', () => {
  it('halves the widest shard, or the one that is named', () => {
    expect(decideSplit(three)).toEqual({ kind: 'split', shardId: 'b', startingHashKey: 200n });
    expect(decideSplit(three, 'c')).toEqual({ kind: 'split', shardId: 'c', startingHashKey: 325n });
  });

  it('merges the narrowest neighbours, or the one that is named with the next, and the last with the one before', () => {
    expect(decideMerge(three)).toEqual({ kind: 'merge', shardId: 'b', adjacentShardId: 'c' });
    expect(decideMerge(three.toReversed(), 'a')).toEqual({ kind: 'merge', shardId: 'a', adjacentShardId: 'b' });
    expect(decideMerge(three, 'c')).toEqual({ kind: 'merge', shardId: 'b', adjacentShardId: 'c' });
  });

  it.each([
    [() => decideSplit(three, 'x'), 'no open shard x; expected one of a, b, c'],
    [() => decideMerge(three, 'x'), 'no open shard x; expected one of a, b, c'],
    [() => decideSplit([shard('a', 7n, 7n)]), 'a cannot be halved'],
    [() => decideMerge(three.slice(0, 1)), 'there is one open shard; expected two to merge'],
  ])('refuses what cannot be done', (act, explanation) => {
    expect(act).toThrow(ReshardError);
    expect(act).toThrow(explanation);
  });

  it('splits into two parts that are not empty, wherever a shard lies', () => {
    const bound = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n });
    fc.assert(
      fc.property(bound, bound, (one, other) => {
        const [from, to] = one < other ? [one, other] : [other, one];
        fc.pre(from < to);
        const plan = decideSplit([shard('a', from, to)]);
        const at = plan.kind === 'split' ? plan.startingHashKey : from;
        expect(at > from && at <= to).toBe(true);
      }),
    );
  });
});
