import { orderConfirmedV1 } from '../../contracts/avro/events';
import { encodeEvent } from '../../lambdas/shared/avro-writer';
import { eventIdOf } from '../../lambdas/shared/deterministic-id';
import type { FifoMessage } from '../harness/queue';
import type { ChargeDelivery } from './charge-load';
import type { PointsOrder } from './points-load';

/** Who sends, and when, as the envelope says it. */
export interface Sender {
  readonly region: string;
  /** RFC 3339. */
  readonly time: string;
}

const attributes = (orderId: string, { region, time }: Sender) => ({
  specversion: '1.0' as const,
  source: '/tenfold/ordering',
  time,
  subject: `order/${orderId}`,
  correlationid: orderId,
  causationid: orderId,
  originregion: region,
});

/** The command to charge an order, as the order saga sends it, but without a saga that waits for its answer. */
export const chargeMessage = ({ order, copy }: ChargeDelivery, sender: Sender): FifoMessage => {
  const { orderId, amountMinor: totalMinor, currency, paymentMethod } = order;
  const command = {
    ...attributes(orderId, sender),
    id: `${orderId}/charge`,
    type: 'payments.ChargePayment.v1',
    sequence: 1,
    data: { orderId, totalMinor, currency, paymentMethod },
  };
  // A deduplication id of its own: SQS must not be what makes the copy harmless.
  return { group: `order/${orderId}`, deduplicationId: `${orderId}/${copy}`, body: JSON.stringify(command) };
};

/** The event that an order was confirmed, as ordering's relay publishes it. */
export const orderConfirmedMessage = (order: PointsOrder, copy: number, sender: Sender): FifoMessage => {
  const { orderId, customerId, totalMinor } = order;
  const { type, schemaVersionId } = orderConfirmedV1;
  const data = encodeEvent(orderConfirmedV1, { orderId, customerId, currency: 'EUR', totalMinor });
  const event = {
    ...attributes(orderId, sender),
    id: eventIdOf(`order/${orderId}`, 2, type),
    type,
    sequence: 2,
    datacontenttype: 'application/avro',
    dataschema: `urn:avro:${schemaVersionId}`,
    data_base64: Buffer.from(data).toString('base64'),
  };
  return { group: `order/${orderId}`, deduplicationId: `${orderId}/${copy}`, body: JSON.stringify(event) };
};
