import { inTurns } from '../../../bench/harness/in-turns';

describe('readings in turns', () => {
  test('every contestant is read once a round, and the order turns round', async () => {
    const order: string[] = [];
    const read = (name: string) => async (round: number) => {
      order.push(name);
      return `${name}${round}`;
    };
    const readings = await inTurns(3, { a: read('a'), b: read('b') });
    expect(readings).toEqual({ a: ['a0', 'a1', 'a2'], b: ['b0', 'b1', 'b2'] });
    expect(order).toEqual(['a', 'b', 'b', 'a', 'a', 'b']);
  });
});
