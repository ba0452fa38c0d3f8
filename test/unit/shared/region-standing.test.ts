import fc from 'fast-check';
import { isSuccessor, standingOf } from '../../../lambdas/shared/region-standing';
import { fenceOf, leaseOf } from './region-records';

const now = new Date('2026-11-23T08:10:00.000Z');
const later = (milliseconds: number) => new Date(now.getTime() + milliseconds).toISOString();
const lease = (activeUntil: string, epoch = 0) => leaseOf('sa-east-1', activeUntil, { epoch });
const fence = (more = {}) => fenceOf('sa-east-1', 'us-east-1', more);

describe('a region', () => {
  it('is active without a lease: who lifts the store into one region needs no keeper', () => {
    expect(standingOf(undefined, undefined, now)).toMatchObject({ kind: 'active' });
  });

  it('is active until a second before its lease ends, so that what it decides last is written before the end', () => {
    expect(standingOf(lease(later(1_001)), undefined, now)).toEqual({ kind: 'active', until: new Date(later(1)) });
    expect(standingOf(lease(later(1_000)), undefined, now)).toEqual({ kind: 'lease-expired', since: now });
  });

  it('is fenced whatever its lease says', () => {
    const fenced = { kind: 'fenced', successor: 'us-east-1', epoch: 1 };

    expect(standingOf(lease(later(60_000), 1), fence(), now)).toEqual(fenced);
    expect(standingOf(undefined, fence(), now)).toEqual(fenced);
  });

  it('needs a new lease once it is let back in: one from before the fence is worth nothing', () => {
    const lifted = fence({ fenced: false, unfencedAt: later(-1_000) });

    expect(standingOf(lease(later(60_000), 0), lifted, now).kind).toBe('lease-expired');
    expect(standingOf(lease(later(60_000), 1), lifted, now).kind).toBe('active');
  });

  it('stays fenced until its own clock has reached the end of the fence: else it would date commits before it', () => {
    const lifted = fence({ fenced: false, unfencedAt: later(1) });

    expect(standingOf(lease(later(60_000), 1), lifted, now).kind).toBe('fenced');
    expect(standingOf(lease(later(60_000), 1), lifted, new Date(later(1))).kind).toBe('active');
  });

  it('does not write when its lease cannot be read', () => {
    expect(standingOf(lease('soon'), undefined, now).kind).toBe('lease-expired');
  });

  it('is active only inside of its lease, whatever the times are', () => {
    const times = fc.tuple(fc.integer({ min: -5_000, max: 5_000 }), fc.integer({ min: -5_000, max: 5_000 }));

    fc.assert(
      fc.property(times, ([until, unfenced]) => {
        const lifted = fence({ fenced: false, unfencedAt: later(unfenced) });
        const standing = standingOf(lease(later(until), 1), lifted, now);

        expect(standing.kind === 'active').toBe(until > 1_000 && unfenced <= 0);
      }),
    );
  });
});

describe('the successor of a region', () => {
  it('is the one its fence names, as long as it is fenced', () => {
    expect(isSuccessor('us-east-1', undefined, fence(), now)).toBe(true);
    expect(isSuccessor('eu-west-1', undefined, fence(), now)).toBe(false);
    expect(isSuccessor('us-east-1', undefined, fence({ fenced: false }), now)).toBe(false);
    expect(isSuccessor('us-east-1', undefined, undefined, now)).toBe(false);
  });

  it('adopts nothing before the lease has run out by any clock: the region may not know of its fence, and writes', () => {
    expect(isSuccessor('us-east-1', lease(later(60_000)), fence(), now)).toBe(false);
  });

  it('adopts nothing before what was begun within the lease has been written: 5 s of records, 17 s of tries, 5 s of clocks', () => {
    expect(isSuccessor('us-east-1', lease(later(-27_000)), fence(), now)).toBe(false);
    expect(isSuccessor('us-east-1', lease(later(-27_001)), fence(), now)).toBe(true);
  });

  it('counts on a lease that was renewed when the fence was written: what is known here may be an older one', () => {
    const known = leaseOf('sa-east-1', later(-90_000), { renewedAt: later(-150_000), durationSeconds: 60 });
    const fencedAt = (milliseconds: number) => fence({ fencedAt: later(milliseconds) });

    expect(isSuccessor('us-east-1', known, fencedAt(-87_000), now)).toBe(false);
    expect(isSuccessor('us-east-1', known, fencedAt(-87_001), now)).toBe(true);
  });

  it('counts on such a lease also where the last that it has seen was given up to an earlier fence', () => {
    const letIn = leaseOf('sa-east-1', later(-400_000), { state: 'QUIESCED', epoch: 1, renewedAt: later(-40_000) });
    const again = (milliseconds: number) => fence({ epoch: 2, fencedAt: later(milliseconds) });

    expect(isSuccessor('us-east-1', letIn, again(-30_000), now)).toBe(false);
    expect(isSuccessor('us-east-1', letIn, again(-327_000), now)).toBe(false);
    expect(isSuccessor('us-east-1', letIn, again(-327_001), now)).toBe(true);
  });

  it('does not wait for the lease of a region that has acknowledged this fence, only for what it had begun', () => {
    const quiesced = (at: number, renewed = at) =>
      leaseOf('sa-east-1', later(at), { state: 'QUIESCED', epoch: 1, renewedAt: later(renewed) });

    expect(isSuccessor('us-east-1', quiesced(-27_000), fence({ fencedAt: later(-60_000) }), now)).toBe(false);
    expect(isSuccessor('us-east-1', quiesced(-27_001), fence({ fencedAt: later(-60_000) }), now)).toBe(true);
    expect(isSuccessor('us-east-1', quiesced(-27_001, -1_000), fence({ fencedAt: later(-60_000) }), now)).toBe(true);
  });

  it('adopts nothing from a region that has yet to acknowledge its fence and was not declared lost, however old its lease is', () => {
    const asked = fence({ lossDeclared: false });

    expect(isSuccessor('us-east-1', lease(later(-600_000)), asked, now)).toBe(false);
    expect(isSuccessor('us-east-1', undefined, asked, now)).toBe(false);
  });

  it('is never the region itself', () => {
    expect(isSuccessor('sa-east-1', undefined, fenceOf('sa-east-1', 'sa-east-1'), now)).toBe(false);
  });
});
