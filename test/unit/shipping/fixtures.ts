import type { OrderConfirmedV1 } from '../../../contracts/avro/events';
import type { Clock } from '../../../lambdas/shared/clock.port';
import type { Delivered } from '../../../lambdas/shared/envelope';
import {
  InMemoryContents,
  InMemoryEntityStore,
  type InMemoryEntityStoreOptions,
} from '../../../lambdas/shared/in-memory-entity-store.adapter';
import type { SagaStepRequest } from '../../../lambdas/shared/saga-step.contract';
import type { BookShipmentData } from '../../../lambdas/shipping/book-shipment.contract';
import type { Shipment } from '../../../lambdas/shipping/shipment';

export const orderId = '7c1b4bb5-7f0c-5d0f-9b7e-2f7f6f0f6b11';

/** Where its parcel goes. */
export const shipTo = {
  recipient: 'Ada',
  street: 'Rua 1',
  city: 'São Paulo',
  postalCode: '01310-100',
  country: 'BR',
};

export const clock: Clock = { now: () => new Date('2026-11-23T08:00:00.000Z') };

/** A store of one region; stores of several over the same contents are replicas. */
export const shipmentStore = (
  where: Partial<InMemoryEntityStoreOptions> = {},
  contents = new InMemoryContents<Shipment>(),
): InMemoryEntityStore<Shipment> =>
  new InMemoryEntityStore({ kind: 'shipment', context: 'shipping', region: 'sa-east-1', clock, ...where }, contents);

/** Types of the events that a store's outbox holds, in order. */
export const eventsOf = (store: InMemoryEntityStore<Shipment>): readonly string[] =>
  store.outbox.flatMap((row) => row.events.map(({ type }) => type.replace(/^shipping\.|\.v1$/g, '')));

/** A step as the order saga calls it; the recall reads less of it than the booking. */
export const stepRequest = (
  step: 'ship' | 'recall',
  data: Partial<BookShipmentData> = {},
): SagaStepRequest<BookShipmentData> => ({
  sagaId: orderId,
  step,
  execution: orderId,
  attempt: 0,
  data: {
    orderId,
    customerId: 'customer-42',
    shipTo,
    ...data,
  },
});

/** The event that says that the order will be delivered. */
export const orderConfirmed = (): Delivered<OrderConfirmedV1> => ({
  specversion: '1.0',
  id: 'e0000000-0000-5000-8000-000000000001',
  source: '/tenfold/ordering',
  type: 'ordering.OrderConfirmed.v1',
  time: '2026-11-23T08:00:00.000Z',
  subject: `order/${orderId}`,
  sequence: 2,
  correlationid: orderId,
  causationid: `${orderId}/confirm`,
  originregion: 'sa-east-1',
  receiveCount: 1,
  data: { orderId, customerId: 'customer-42', currency: 'BRL', totalMinor: 4200 },
});
