import type { RegionLedger } from '../../../lambdas/regions/region-ledger.port';
import { fenceOf, leaseOf } from '../../unit/shared/region-records';

const soon = '2026-11-23T08:05:00.000Z';

/** What every ledger of regions promises. */
export const regionLedgerContract = (name: string, start: () => Promise<{ ledger: RegionLedger; region: string }>) => {
  describe(name, () => {
    it('knows nothing of a region that nobody has written of', async () => {
      const { ledger, region } = await start();

      expect(await ledger.recordsOf(region)).toEqual({});
    });

    it('keeps lease and fence apart', async () => {
      const { ledger, region } = await start();
      const [lease, fence] = [leaseOf(region, soon), fenceOf(region, 'us-east-1')];

      await ledger.putLease(lease, undefined);
      await ledger.putFence(fence, undefined);

      expect(await ledger.recordsOf(region)).toMatchObject({ lease, fence });
    });

    it('renews a lease that is as it was read, and refuses one that was renewed meanwhile', async () => {
      const { ledger, region } = await start();
      const first = leaseOf(region, soon);
      const second = { ...first, renewedAt: soon };
      await ledger.putLease(first, undefined);
      await ledger.putLease(second, first);

      for (const basedOn of [undefined, first])
        await expect(ledger.putLease({ ...first, epoch: 9 }, basedOn)).rejects.toMatchObject({
          name: 'StaleEntityError',
        });

      expect((await ledger.recordsOf(region)).lease).toMatchObject(second);
    });

    it('lifts a fence that is as it was read, and refuses one that was decided anew', async () => {
      const { ledger, region } = await start();
      const [first, second] = [fenceOf(region, 'us-east-1'), fenceOf(region, 'eu-west-1', { epoch: 2 })];
      await ledger.putFence(first, undefined);
      await ledger.putFence(second, first);

      for (const basedOn of [undefined, first])
        await expect(ledger.putFence({ ...first, fenced: false }, basedOn)).rejects.toMatchObject({
          name: 'StaleEntityError',
        });

      expect((await ledger.recordsOf(region)).fence).toMatchObject(second);
    });
  });
};
