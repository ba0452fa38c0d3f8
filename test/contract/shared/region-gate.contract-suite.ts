import { RegionFencedError } from '../../../lambdas/shared/region-gate.errors';
import type { RegionGate } from '../../../lambdas/shared/region-gate.port';
import type { RegionFence, RegionLease } from '../../../lambdas/shared/region-standing';
import { fenceOf, leaseOf } from '../../unit/shared/region-records';

/** A gate of the region `own` under test, and the records it decides by. */
export interface GateUnderTest {
  readonly gate: RegionGate;
  readonly own: string;
  /** Writes records as a keeper or an evacuation would. */
  readonly put: (...records: readonly (RegionLease | RegionFence)[]) => Promise<void>;
  /** Lets virtual time pass. */
  readonly wait: (seconds: number) => void;
  /** The virtual time in so many seconds. */
  readonly inSeconds: (seconds: number) => string;
}

/** What every gate promises, wherever its records are kept. `start` gives a gate whose regions have no records. */
export const regionGateContract = (
  name: string,
  start: () => Promise<GateUnderTest & { readonly other: string }>,
): void => {
  describe(name, () => {
    it('lets a region write that has no records', async () => {
      const { gate, own } = await start();

      await expect(gate.assertActive()).resolves.toBeUndefined();
      expect(await gate.publishesFrom()).toBeUndefined();
      expect(await gate.lastHeardFrom(own)).toBeUndefined();
    });

    it('lets a region write while its lease lasts, and not a moment longer', async () => {
      const { gate, own, put, wait, inSeconds } = await start();
      await put(leaseOf(own, inSeconds(10)));

      await gate.assertActive();
      wait(8.5);
      await gate.assertActive();
      wait(0.5);

      const refused = gate.assertActive();
      await expect(refused).rejects.toThrow(RegionFencedError);
      await expect(refused).rejects.toMatchObject({ region: own, standing: { kind: 'lease-expired' } });
    });

    it('lets a region write again when its lease was renewed', async () => {
      const { gate, own, put, wait, inSeconds } = await start();
      await put(leaseOf(own, inSeconds(3)));
      wait(5);
      await expect(gate.assertActive()).rejects.toThrow(RegionFencedError);

      await put(leaseOf(own, inSeconds(60)));
      wait(2);

      await expect(gate.assertActive()).resolves.toBeUndefined();
    });

    it('stops a region within two seconds after it was fenced, and says who takes over', async () => {
      const { gate, own, other, put, wait, inSeconds } = await start();
      await put(leaseOf(own, inSeconds(300)));
      await gate.assertActive();

      await put(fenceOf(own, other));
      wait(2);

      await expect(gate.assertActive()).rejects.toMatchObject({ standing: { kind: 'fenced', successor: other } });
    });

    it('lets the successor adopt from a fenced region, and nobody else', async () => {
      const { gate, own, other, put } = await start();
      await put(fenceOf(other, own), fenceOf(`${other}-b`, other), fenceOf(`${other}-c`, own, { fenced: false }));

      expect(await gate.mayAdopt(other)).toBe(true);
      expect(await gate.mayAdopt(`${other}-b`)).toBe(false);
      expect(await gate.mayAdopt(`${other}-c`)).toBe(false);
      expect(await gate.mayAdopt(`${other}-d`)).toBe(false);
    });

    it('lets the successor adopt nothing before the fenced region has stopped', async () => {
      const { gate, own, other, put, wait, inSeconds } = await start();
      const lease = leaseOf(other, inSeconds(10), { renewedAt: inSeconds(0), durationSeconds: 10 });
      await put(fenceOf(other, own, { fencedAt: inSeconds(0) }), lease);

      expect(await gate.mayAdopt(other)).toBe(false);
      wait(36);
      expect(await gate.mayAdopt(other)).toBe(false);
      wait(2);
      expect(await gate.mayAdopt(other)).toBe(true);
    });

    it('lets a successor adopt nothing while it may not write itself', async () => {
      const { gate, own, other, put, inSeconds } = await start();
      await put(fenceOf(other, own), leaseOf(own, inSeconds(-1)));

      expect(await gate.mayAdopt(other)).toBe(false);
    });

    it('tells from when on a region that was let back in publishes its own events', async () => {
      const { gate, own, other, put, inSeconds } = await start();
      const unfencedAt = inSeconds(-5);
      await put(fenceOf(own, other, { fenced: false, unfencedAt }));

      expect(await gate.publishesFrom()).toEqual(new Date(unfencedAt));
    });

    it('tells when another region was heard of last', async () => {
      const { gate, other, put, inSeconds } = await start();
      const renewedAt = inSeconds(-30);
      await put(leaseOf(other, inSeconds(270), { renewedAt }));

      expect(await gate.lastHeardFrom(other)).toEqual(new Date(renewedAt));
    });
  });
};
