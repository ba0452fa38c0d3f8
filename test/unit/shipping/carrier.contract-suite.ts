import type { Carrier, ParcelRequest } from '../../../lambdas/shipping/carrier.port';
import type { Movement } from './in-memory-carrier';

/** A carrier under test, and what it did with the parcels. */
export interface CarrierUnderTest {
  readonly carrier: Carrier;
  readonly movements: () => Promise<readonly Movement[]>;
  /** Makes it refuse its next booking. */
  readonly refuseNext: () => Promise<void>;
}

const reference = 'b2f0c9b4-6a53-5d0e-8f8e-0c6b6f6d1a01';

/** What shipping relies on, of every carrier it is given: run against the one in memory and against the sandbox over HTTP. */
export const carrierContract = (name: string, start: () => Promise<CarrierUnderTest>): void => {
  describe(`${name} keeps a carrier's promises`, () => {
    const request: ParcelRequest = {
      parcelKey: '11111111-1111-5111-8111-111111111111',
      reference,
      shipTo: { recipient: 'Ada', street: 'Rua 1', city: 'São Paulo', postalCode: '01310-100', country: 'BR' },
    };
    const instruction = (number: number) => ({
      parcelKey: request.parcelKey,
      instructionKey: `${number}0000000-0000-5000-8000-000000000000`,
      reference,
    });

    it('books a key once and answers every repetition alike', async () => {
      const { carrier, movements } = await start();

      const answers = [
        await carrier.book(request),
        ...(await Promise.all([carrier.book(request), carrier.book(request)])),
      ];

      expect(answers[0]).toMatchObject({ kind: 'booked' });
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      expect(await movements()).toEqual([{ kind: 'parcel', reference }]);
    });

    it('refuses another parcel under the same key', async () => {
      const { carrier } = await start();
      await carrier.book(request);

      const other = carrier.book({ ...request, shipTo: { ...request.shipTo, city: 'Recife' } });

      await expect(other).rejects.toMatchObject({ name: 'ProviderRefusedError', status: 422 });
    });

    it('refuses a parcel for good', async () => {
      const { carrier, movements, refuseNext } = await start();
      await refuseNext();

      const answers = [await carrier.book(request), await carrier.book(request)];

      expect(answers).toEqual(Array(2).fill({ kind: 'refused', reason: 'parcel-refused' }));
      expect(await carrier.recall(instruction(2))).toEqual({});
      expect(await movements()).toEqual([]);
    });

    it('takes a parcel back once, and says which one at every repetition', async () => {
      const { carrier, movements } = await start();
      const booked = await carrier.book(request);
      if (booked.kind !== 'booked') throw new Error('the parcel was not booked');
      const { parcelId } = booked;

      const recalled = [
        await carrier.recall(instruction(2)),
        await carrier.recall(instruction(2)),
        await carrier.recall(instruction(3)),
      ];

      expect(recalled).toEqual(Array(3).fill({ parcelId }));
      expect((await movements()).map(({ kind }) => kind)).toEqual(['parcel', 'recall']);
    });

    it('takes no parcel under a key that was recalled before its booking arrived', async () => {
      const { carrier, movements } = await start();

      expect(await carrier.recall(instruction(2))).toEqual({});
      expect(await carrier.book(request)).toEqual({ kind: 'recalled' });
      expect(await movements()).toEqual([]);
    });

    it('sends a booked parcel on its way once; then it cannot be recalled', async () => {
      const { carrier, movements } = await start();
      await carrier.book(request);

      await carrier.dispatch(instruction(4));
      await carrier.dispatch(instruction(4));

      await expect(carrier.recall(instruction(2))).rejects.toMatchObject({ name: 'ProviderRefusedError', status: 409 });
      expect((await movements()).map(({ kind }) => kind)).toEqual(['parcel', 'dispatch']);
    });

    it('sends no parcel that is not booked, and forgets that it was asked too early', async () => {
      const { carrier, movements } = await start();

      await expect(carrier.dispatch(instruction(4))).rejects.toMatchObject({
        name: 'ProviderRefusedError',
        status: 409,
      });
      await carrier.book(request);
      await carrier.dispatch(instruction(4));

      expect((await movements()).map(({ kind }) => kind)).toEqual(['parcel', 'dispatch']);
    });
  });
};
