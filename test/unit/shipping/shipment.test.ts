import { sealedOrderField } from '../../../lambdas/ordering/order-saga.contract';
import { InMemoryContents } from '../../../lambdas/shared/in-memory-entity-store.adapter';
import { ProviderUnavailableError } from '../../../lambdas/shared/provider.errors';
import { bookShipment } from '../../../lambdas/shipping/book-shipment.use-case';
import type { Carrier } from '../../../lambdas/shipping/carrier.port';
import { dispatchShipment } from '../../../lambdas/shipping/dispatch-shipment.use-case';
import { recallShipment } from '../../../lambdas/shipping/recall-shipment.use-case';
import type { Shipment } from '../../../lambdas/shipping/shipment';
import { dispatchKeyOf, parcelKeyOf, recallKeyOf } from '../../../lambdas/shipping/shipment-keys';
import { customerSeals } from '../shared/customer-seals';
import { twoRegions } from '../shared/two-regions';
import { clock, eventsOf, orderConfirmed, orderId, shipmentStore, shipTo, stepRequest } from './fixtures';
import { InMemoryCarrier } from './in-memory-carrier';

const { open } = customerSeals();

const world = (changes: (carrier: InMemoryCarrier) => Partial<Carrier> = () => ({})) => {
  const parcels = new InMemoryCarrier();
  const carrier: Carrier = {
    book: (request) => parcels.book(request),
    recall: (instruction) => parcels.recall(instruction),
    dispatch: (instruction) => parcels.dispatch(instruction),
    ...changes(parcels),
  };
  const shipments = shipmentStore();
  const deps = { shipments, carrier, open, clock };
  const book = () => bookShipment(deps)(stepRequest('ship'));
  const recall = () => recallShipment(deps)(stepRequest('recall'));
  const dispatch = () => dispatchShipment(deps)(orderConfirmed());
  const kinds = () => parcels.movements.map(({ kind }) => kind);
  const status = async () => (await shipments.find(orderId))?.state.status;
  return { parcels, shipments, book, recall, dispatch, kinds, status };
};

describe('booking a parcel', () => {
  it('books once and answers every repetition alike', async () => {
    const { shipments, book, kinds } = world();

    const answers = [await book(), await book()];

    expect(answers).toEqual(Array(2).fill({ outcome: 'done', detail: { parcelId: `pa_${parcelKeyOf(orderId)}` } }));
    expect(kinds()).toEqual(['parcel']);
    expect(eventsOf(shipments)).toEqual(['ShipmentBooked']);
  });

  it('says no when the carrier does, and stays with it', async () => {
    const { parcels, shipments, book } = world();
    parcels.refuses.add('BR');
    const first = await book();
    parcels.refuses.clear();

    expect([first, await book()]).toEqual(Array(2).fill({ outcome: 'refused', reason: 'parcel-refused' }));
    expect(eventsOf(shipments)).toEqual(['ShipmentRefused']);
  });

  it('makes one parcel when the answer to the first try was lost', async () => {
    let lost = false;
    const { book, kinds } = world((parcels) => ({
      book: async (request) => {
        const answer = await parcels.book(request);
        if (lost) return answer;
        lost = true;
        throw new ProviderUnavailableError('no answer');
      },
    }));

    await expect(book()).rejects.toMatchObject({ name: 'ProviderUnavailableError' });
    expect(await book()).toMatchObject({ outcome: 'done' });
    expect(kinds()).toEqual(['parcel']);
  });

  it('stores nothing of the address', async () => {
    const { shipments, book } = world();
    await book();

    expect(JSON.stringify([await shipments.find(orderId), shipments.outbox])).not.toMatch(/Ada|Rua|Paulo|01310/);
  });
});

describe('a sealed address', () => {
  const customerId = 'customer-42';
  const bookWith = async (seals = customerSeals()) => {
    const [parcels, shipments, addresses] = [new InMemoryCarrier(), shipmentStore(), [] as unknown[]];
    const field = sealedOrderField(orderId, 'shipTo');
    const request = stepRequest('ship', { customerId, shipTo: await seals.seal({ customerId, field }, shipTo) });
    const carrier: Carrier = {
      book: async (parcel) => {
        addresses.push(parcel.shipTo);
        return parcels.book(parcel);
      },
      recall: (instruction) => parcels.recall(instruction),
      dispatch: (instruction) => parcels.dispatch(instruction),
    };
    const book = () => bookShipment({ shipments, carrier, open: seals.open, clock })(request);
    return { parcels, shipments, addresses, book };
  };

  it('is opened for the carrier', async () => {
    const { addresses, book } = await bookWith();

    expect(await book()).toMatchObject({ outcome: 'done' });
    expect(addresses).toEqual([shipTo]);
  });

  it('refuses the order when its customer was erased, and recalls what an earlier try may have booked', async () => {
    const seals = customerSeals();
    const { parcels, shipments, addresses, book } = await bookWith(seals);
    await parcels.book({ parcelKey: parcelKeyOf(orderId), reference: orderId, shipTo });
    await seals.erase(customerId);

    expect([await book(), await book()]).toEqual(Array(2).fill({ outcome: 'refused', reason: 'erased' }));

    expect(addresses).toEqual([]);
    expect(parcels.movements.map(({ kind }) => kind)).toEqual(['parcel', 'recall']);
    expect(eventsOf(shipments)).toEqual(['ShipmentRefused']);
  });
});

describe('recalling a parcel', () => {
  it('takes it back once', async () => {
    const { shipments, book, recall, kinds } = world();
    await book();

    expect(await recall()).toEqual({ outcome: 'done', detail: { recalled: true } });
    expect(await recall()).toEqual({ outcome: 'done', detail: { recalled: false } });
    expect(kinds()).toEqual(['parcel', 'recall']);
    expect(eventsOf(shipments)).toEqual(['ShipmentBooked', 'ShipmentRecalled']);
  });

  it('wins when it comes before its booking: the late booking takes no parcel', async () => {
    const { book, recall, kinds } = world();

    expect(await recall()).toEqual({ outcome: 'done', detail: { recalled: false } });
    expect(await book()).toEqual({ outcome: 'refused', reason: 'compensated-first' });
    expect(kinds()).toEqual([]);
  });

  it('takes back a booking that we know nothing of', async () => {
    const { parcels, recall, kinds } = world();
    await parcels.book({
      parcelKey: parcelKeyOf(orderId),
      reference: orderId,
      shipTo,
    });

    expect(await recall()).toEqual({ outcome: 'done', detail: { recalled: true } });
    expect(kinds()).toEqual(['parcel', 'recall']);
  });

  it('has nothing to do after a refusal', async () => {
    const { parcels, book, recall } = world();
    parcels.refuses.add('BR');
    await book();

    expect(await recall()).toEqual({ outcome: 'done', detail: { recalled: false } });
  });

  it('does not pretend to recall a parcel that is on its way', async () => {
    const { book, dispatch, recall, status } = world();
    await book();
    await dispatch();

    await expect(recall()).rejects.toMatchObject({ name: 'ShipmentDispatchedError', orderId });
    expect(await status()).toBe('DISPATCHED');
  });
});

describe('dispatching a parcel', () => {
  it('sends it on its way once, however often the event is delivered', async () => {
    const { shipments, book, dispatch, kinds } = world();
    await book();

    await dispatch();
    await dispatch();

    expect(kinds()).toEqual(['parcel', 'dispatch']);
    expect(eventsOf(shipments)).toEqual(['ShipmentBooked', 'ShipmentDispatched']);
  });

  it('dispatches once when the same event is handled twice at the same time', async () => {
    const { shipments, book, dispatch, kinds } = world();
    await book();

    await Promise.all([dispatch(), dispatch()]);

    expect(kinds()).toEqual(['parcel', 'dispatch']);
    expect(eventsOf(shipments)).toEqual(['ShipmentBooked', 'ShipmentDispatched']);
  });

  it.each([
    ['unknown', async () => undefined],
    ['RECALLED', async ({ recall }: ReturnType<typeof world>) => recall()],
  ])('does not acknowledge the event while the shipment is %s', async (status, arrange) => {
    const here = world();
    await arrange(here);

    await expect(here.dispatch()).rejects.toMatchObject({ name: 'ShipmentNotBookedError', status });
    expect(here.kinds()).toEqual([]);
  });

  it('still answers a late booking with the parcel', async () => {
    const { book, dispatch } = world();
    await book();
    await dispatch();

    expect(await book()).toMatchObject({ outcome: 'done' });
  });

  it('uses a key of its own for each instruction', () => {
    expect(new Set([parcelKeyOf(orderId), recallKeyOf(orderId), dispatchKeyOf(orderId)]).size).toBe(3);
  });
});

describe('the parcel of an order whose region was evacuated', () => {
  const inTwoRegions = () => {
    const { here, there, ...regions } = twoRegions();
    const [carrier, contents] = [new InMemoryCarrier(), new InMemoryContents<Shipment>()];
    const service = (where: typeof here) => {
      const deps = { shipments: shipmentStore(where, contents), carrier, open, clock };
      return {
        book: () => bookShipment(deps)(stepRequest('ship')),
        recall: () => recallShipment(deps)(stepRequest('recall')),
        dispatch: () => dispatchShipment(deps)(orderConfirmed()),
      };
    };
    return { carrier, here: service(here), there: service(there), ...regions };
  };

  it('cannot be recalled by the old region once the successor relies on it', async () => {
    const { carrier, here, there, evacuate, letBackIn } = inTwoRegions();
    await here.book();
    evacuate();
    await there.book();
    letBackIn();

    await expect(here.recall()).rejects.toMatchObject({ name: 'ForeignHomeError', homeRegion: 'us-east-1' });

    expect(carrier.movements.map(({ kind }) => kind)).toEqual(['parcel']);
  });

  it('is dispatched by the successor, and not by the old region', async () => {
    const { carrier, here, there, evacuate, letBackIn } = inTwoRegions();
    await here.book();
    evacuate();
    await there.book();
    letBackIn();

    await expect(here.dispatch()).rejects.toMatchObject({ name: 'ForeignHomeError' });
    await there.dispatch();

    expect(carrier.movements.map(({ kind }) => kind)).toEqual(['parcel', 'dispatch']);
  });
});
