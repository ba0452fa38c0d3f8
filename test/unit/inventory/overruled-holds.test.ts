import { overruledHolds, type PoolMove } from '../../../lambdas/inventory/overruled-holds';

const [here, there, third] = ['sa-east-1', 'us-east-1', 'eu-west-1'];
const orderId = '7c1b4bb5-7f0c-5d0f-9b7e-2f7f6f0f6b11';
const move = (originRegion: string, sequence: number, quantity: number): PoolMove => ({
  ...{ orderId, originRegion, sequence },
  held: quantity === 0 ? [] : [{ sku: 'TEA-01', quantity }],
});

describe('what a region has moved for a reservation', () => {
  it('stands as long as the reservation is at home there', () => {
    expect(overruledHolds([move(here, 1, 2)], { homeRegion: here }, here)).toEqual([]);
  });

  it('is overruled when another region has made the reservation without knowing of it', () => {
    const moves = [move(here, 1, 2), move(there, 1, 2)];

    expect(overruledHolds(moves, { homeRegion: there }, here)).toEqual([move(here, 1, 2)]);
  });

  it('is overruled as a whole then: what was held, and what was given back', () => {
    const moves = [move(here, 1, 2), move(here, 2, -2), move(there, 1, 2)];

    expect(overruledHolds(moves, { homeRegion: there }, here)).toEqual([move(here, 1, 2), move(here, 2, -2)]);
  });

  it('stands up to the event at which another region adopted the reservation, and no further', () => {
    const moves = [move(here, 1, 2), move(here, 2, -2), move(there, 2, -2)];
    const home = { homeRegion: there, adoptedFrom: here, adoptedAtSequence: 1 };

    expect(overruledHolds(moves, home, here)).toEqual([move(here, 2, -2)]);
  });

  it('is overruled when the reservation was adopted from a region that had made it anew', () => {
    const home = { homeRegion: third, adoptedFrom: there, adoptedAtSequence: 1 };

    expect(overruledHolds([move(here, 1, 2), move(there, 1, 0)], home, here)).toEqual([move(here, 1, 2)]);
    expect(overruledHolds([move(here, 1, 2), move(there, 2, 0)], home, here)).toEqual([]);
  });

  it('is nothing that would have to be taken back when it moved nothing', () => {
    expect(overruledHolds([move(here, 1, 0), move(there, 1, 2)], { homeRegion: there }, here)).toEqual([]);
  });

  it('says nothing about what other regions have moved', () => {
    expect(overruledHolds([move(here, 1, 2), move(there, 1, 3)], { homeRegion: here }, there)).toEqual([
      move(there, 1, 3),
    ]);
  });
});
