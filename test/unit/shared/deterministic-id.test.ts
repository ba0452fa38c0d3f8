import fc from 'fast-check';
import { validate, version } from 'uuid';
import { deterministicId, eventIdOf } from '../../../lambdas/shared/deterministic-id';

describe('deterministicId', () => {
  it('makes a UUID of version 5, and keeps making the same one', () => {
    const id = deterministicId('client-1', 'key-1');

    expect(validate(id) && version(id)).toBe(5);
    expect(id).toBe('8e64973f-839e-55d7-ae81-25696638c6b3');
  });

  it('makes the same id of the same parts, and different ids of different parts', () => {
    const parts = fc.array(fc.string({ unit: 'binary' }), { maxLength: 4 });

    fc.assert(
      fc.property(parts, parts, (one, other) => {
        const equal = JSON.stringify(one) === JSON.stringify(other);
        return (deterministicId(...one) === deterministicId(...other)) === equal;
      }),
    );
  });

  it('does not take parts that were shifted for the same parts', () => {
    const ids = [['ab', 'c'], ['a', 'bc'], ['abc'], ['ab', 'c', ''], ['ab","c']].map((parts) =>
      deterministicId(...parts),
    );

    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('eventIdOf', () => {
  it('depends on the entity, the number and the type', () => {
    const ids = [
      eventIdOf('order/1', 1, 'a.B.v1'),
      eventIdOf('order/2', 1, 'a.B.v1'),
      eventIdOf('order/1', 2, 'a.B.v1'),
      eventIdOf('order/1', 1, 'a.B.v2'),
    ];

    expect(new Set(ids).size).toBe(4);
    expect(eventIdOf('order/1', 1, 'a.B.v1')).toBe(ids[0]);
  });
});
