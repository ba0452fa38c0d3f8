// Generated from *.avsc by `npm run contracts:generate`; `npm run contracts:check` keeps it current.
import type { EventContract } from '../../lambdas/shared/event-contract';

/** A customer has looked at something, searched, or put something in the cart. */
export interface ActivityRecordedV1 {
  /** The visit, a UUID; its events are numbered by the shop that the customer visits. */
  readonly visitId: string;
  /** The customer, as the shop knows them. */
  readonly customerId: string;
  /** What the customer did. */
  readonly kind: 'viewed' | 'searched' | 'carted';
  /** When, by the clock of the shop; RFC 3339, UTC. */
  readonly occurredAt: string;
  /** Stock keeping unit, of something viewed or put in the cart. */
  readonly sku: null | string;
  /** What was searched for, sealed with the key of the customer: sealed:1:<region>:<base64url>. */
  readonly query: null | string;
}

/** Contract of `activity.ActivityRecorded.v1`. */
export const activityRecordedV1: EventContract<ActivityRecordedV1> = {
  type: 'activity.ActivityRecorded.v1',
  schemaVersionId: '83bbdf76-f707-57c2-85ed-ca8772df2f99',
  schema: {
    type: 'record',
    name: 'ActivityRecorded',
    namespace: 'tenfold.activity.v1',
    fields: [
      { name: 'visitId', type: 'string' },
      { name: 'customerId', type: 'string' },
      { name: 'kind', type: { type: 'enum', name: 'Kind', symbols: ['viewed', 'searched', 'carted'] } },
      { name: 'occurredAt', type: 'string' },
      { name: 'sku', type: ['null', 'string'], default: null },
      { name: 'query', type: ['null', 'string'], default: null },
    ],
  },
};

/** There is not enough stock for an order; nothing was set aside. */
export interface StockRefusedV1 {
  /** The order, a UUID. */
  readonly orderId: string;
  /** Why, for people. */
  readonly reason: string;
  /** The first stock keeping unit that was short. */
  readonly sku: string;
}

/** Contract of `inventory.StockRefused.v1`. */
export const stockRefusedV1: EventContract<StockRefusedV1> = {
  type: 'inventory.StockRefused.v1',
  schemaVersionId: 'b4689cda-fca1-5a53-b429-1ab87140e5c1',
  schema: {
    type: 'record',
    name: 'StockRefused',
    namespace: 'tenfold.inventory.v1',
    fields: [
      { name: 'orderId', type: 'string' },
      { name: 'reason', type: 'string' },
      { name: 'sku', type: 'string' },
    ],
  },
};

/** Stock that was set aside for an order is available again. */
export interface StockReleasedV1 {
  /** The order, a UUID. */
  readonly orderId: string;
  /** What is available again; empty when nothing had been set aside. */
  readonly lines: readonly {
    /** Stock keeping unit. */
    readonly sku: string;
    /** Pieces. */
    readonly quantity: number;
  }[];
}

/** Contract of `inventory.StockReleased.v1`. */
export const stockReleasedV1: EventContract<StockReleasedV1> = {
  type: 'inventory.StockReleased.v1',
  schemaVersionId: '2c116d09-89c7-5c8c-b959-b7e07b59a5ae',
  schema: {
    type: 'record',
    name: 'StockReleased',
    namespace: 'tenfold.inventory.v1',
    fields: [
      { name: 'orderId', type: 'string' },
      {
        name: 'lines',
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'Line',
            fields: [
              { name: 'sku', type: 'string' },
              { name: 'quantity', type: 'int' },
            ],
          },
        },
      },
    ],
  },
};

/** Stock is set aside for an order. */
export interface StockReservedV1 {
  /** The order, a UUID. */
  readonly orderId: string;
  /** What is set aside. */
  readonly lines: readonly {
    /** Stock keeping unit. */
    readonly sku: string;
    /** Pieces. */
    readonly quantity: number;
  }[];
}

/** Contract of `inventory.StockReserved.v1`. */
export const stockReservedV1: EventContract<StockReservedV1> = {
  type: 'inventory.StockReserved.v1',
  schemaVersionId: '0ac19d83-0e40-5ea4-a6b2-1388d9e6de17',
  schema: {
    type: 'record',
    name: 'StockReserved',
    namespace: 'tenfold.inventory.v1',
    fields: [
      { name: 'orderId', type: 'string' },
      {
        name: 'lines',
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'Line',
            fields: [
              { name: 'sku', type: 'string' },
              { name: 'quantity', type: 'int' },
            ],
          },
        },
      },
    ],
  },
};

/** A customer earned points for an order. */
export interface PointsCreditedV1 {
  /** The customer, as the shop knows them. */
  readonly customerId: string;
  /** The order, a UUID. */
  readonly orderId: string;
  /** Earned by this order. */
  readonly points: number;
}

/** Contract of `loyalty.PointsCredited.v1`. */
export const pointsCreditedV1: EventContract<PointsCreditedV1> = {
  type: 'loyalty.PointsCredited.v1',
  schemaVersionId: '9ab247dd-4c3f-565a-b38c-18dab64a1c6e',
  schema: {
    type: 'record',
    name: 'PointsCredited',
    namespace: 'tenfold.loyalty.v1',
    fields: [
      { name: 'customerId', type: 'string' },
      { name: 'orderId', type: 'string' },
      { name: 'points', type: 'int' },
    ],
  },
};

/** The customer cancelled the order; whatever had been done for it is undone. */
export interface OrderCancelledV1 {
  /** The order, a UUID. */
  readonly orderId: string;
  /** The customer, as the shop knows them. */
  readonly customerId: string;
}

/** Contract of `ordering.OrderCancelled.v1`. */
export const orderCancelledV1: EventContract<OrderCancelledV1> = {
  type: 'ordering.OrderCancelled.v1',
  schemaVersionId: '9c435fdd-49fc-536e-860a-f01714d28851',
  schema: {
    type: 'record',
    name: 'OrderCancelled',
    namespace: 'tenfold.ordering.v1',
    fields: [
      { name: 'orderId', type: 'string' },
      { name: 'customerId', type: 'string' },
    ],
  },
};

/** Everything the order needs is reserved, paid and booked; it will be delivered. */
export interface OrderConfirmedV1 {
  /** The order, a UUID. */
  readonly orderId: string;
  /** The customer, as the shop knows them. */
  readonly customerId: string;
  /** ISO 4217 code, for example BRL. */
  readonly currency: string;
  /** Sum of the lines in minor units (cents) of the currency. */
  readonly totalMinor: number;
}

/** Contract of `ordering.OrderConfirmed.v1`. */
export const orderConfirmedV1: EventContract<OrderConfirmedV1> = {
  type: 'ordering.OrderConfirmed.v1',
  schemaVersionId: '9bf201a7-97f0-5794-ba8e-34bd8a4fad5c',
  schema: {
    type: 'record',
    name: 'OrderConfirmed',
    namespace: 'tenfold.ordering.v1',
    fields: [
      { name: 'orderId', type: 'string' },
      { name: 'customerId', type: 'string' },
      { name: 'currency', type: 'string' },
      { name: 'totalMinor', type: 'long' },
    ],
  },
};

/** An order was accepted and waits for its saga. */
export interface OrderPlacedV1 {
  /** The order, a UUID. */
  readonly orderId: string;
  /** The customer, as the shop knows them. */
  readonly customerId: string;
  /** The API client that placed the order. */
  readonly clientId: string;
  /** ISO 4217 code, for example BRL. */
  readonly currency: string;
  /** Sum of the lines in minor units (cents) of the currency. */
  readonly totalMinor: number;
  /** What was ordered. */
  readonly lines: readonly {
    /** Stock keeping unit. */
    readonly sku: string;
    /** Pieces. */
    readonly quantity: number;
    /** Price of one piece in minor units of the currency. */
    readonly unitPriceMinor: number;
  }[];
  /** ISO 3166-1 alpha-2 country of delivery; the address itself is never broadcast. */
  readonly country: string;
}

/** Contract of `ordering.OrderPlaced.v1`. */
export const orderPlacedV1: EventContract<OrderPlacedV1> = {
  type: 'ordering.OrderPlaced.v1',
  schemaVersionId: 'f2e2e554-ee2e-5763-bfbb-d2aa05f3d440',
  schema: {
    type: 'record',
    name: 'OrderPlaced',
    namespace: 'tenfold.ordering.v1',
    fields: [
      { name: 'orderId', type: 'string' },
      { name: 'customerId', type: 'string' },
      { name: 'clientId', type: 'string' },
      { name: 'currency', type: 'string' },
      { name: 'totalMinor', type: 'long' },
      {
        name: 'lines',
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'Line',
            fields: [
              { name: 'sku', type: 'string' },
              { name: 'quantity', type: 'int' },
              { name: 'unitPriceMinor', type: 'long' },
            ],
          },
        },
      },
      { name: 'country', type: 'string' },
    ],
  },
};

/** The order could not be fulfilled; whatever had been done for it is undone. */
export interface OrderRejectedV1 {
  /** The order, a UUID. */
  readonly orderId: string;
  /** The customer, as the shop knows them. */
  readonly customerId: string;
  /** Why, for people: the refusal of the step that refused. */
  readonly reason: string;
}

/** Contract of `ordering.OrderRejected.v1`. */
export const orderRejectedV1: EventContract<OrderRejectedV1> = {
  type: 'ordering.OrderRejected.v1',
  schemaVersionId: '3f64beb7-5613-589a-85e7-e7cd7a0ee260',
  schema: {
    type: 'record',
    name: 'OrderRejected',
    namespace: 'tenfold.ordering.v1',
    fields: [
      { name: 'orderId', type: 'string' },
      { name: 'customerId', type: 'string' },
      { name: 'reason', type: 'string' },
    ],
  },
};

/** The provider took the money. */
export interface PaymentChargedV1 {
  /** The order, a UUID. */
  readonly orderId: string;
  /** What was taken. In minor units (cents) of the currency. */
  readonly amountMinor: number;
  /** ISO 4217 code, for example BRL. */
  readonly currency: string;
  /** The charge, as the provider knows it. */
  readonly chargeId: string;
}

/** Contract of `payments.PaymentCharged.v1`. */
export const paymentChargedV1: EventContract<PaymentChargedV1> = {
  type: 'payments.PaymentCharged.v1',
  schemaVersionId: 'd7d2cc5d-b292-525b-83a2-798e7d3a93f7',
  schema: {
    type: 'record',
    name: 'PaymentCharged',
    namespace: 'tenfold.payments.v1',
    fields: [
      { name: 'orderId', type: 'string' },
      { name: 'amountMinor', type: 'long' },
      { name: 'currency', type: 'string' },
      { name: 'chargeId', type: 'string' },
    ],
  },
};

/** The provider refused to take the money. */
export interface PaymentDeclinedV1 {
  /** The order, a UUID. */
  readonly orderId: string;
  /** What was asked for. In minor units (cents) of the currency. */
  readonly amountMinor: number;
  /** ISO 4217 code, for example BRL. */
  readonly currency: string;
  /** The provider's reason. */
  readonly reason: string;
}

/** Contract of `payments.PaymentDeclined.v1`. */
export const paymentDeclinedV1: EventContract<PaymentDeclinedV1> = {
  type: 'payments.PaymentDeclined.v1',
  schemaVersionId: 'c8775109-71f7-5397-9ab8-7de40c403d6e',
  schema: {
    type: 'record',
    name: 'PaymentDeclined',
    namespace: 'tenfold.payments.v1',
    fields: [
      { name: 'orderId', type: 'string' },
      { name: 'amountMinor', type: 'long' },
      { name: 'currency', type: 'string' },
      { name: 'reason', type: 'string' },
    ],
  },
};

/** The money was given back, or its charge was voided before it was taken. */
export interface PaymentRefundedV1 {
  /** The order, a UUID. */
  readonly orderId: string;
  /** What was given back; 0 when nothing had been taken. In minor units (cents) of the currency. */
  readonly amountMinor: number;
  /** ISO 4217 code, for example BRL. */
  readonly currency: string;
}

/** Contract of `payments.PaymentRefunded.v1`. */
export const paymentRefundedV1: EventContract<PaymentRefundedV1> = {
  type: 'payments.PaymentRefunded.v1',
  schemaVersionId: '5433c321-a5d0-5ceb-92d3-89a6ff0f599c',
  schema: {
    type: 'record',
    name: 'PaymentRefunded',
    namespace: 'tenfold.payments.v1',
    fields: [
      { name: 'orderId', type: 'string' },
      { name: 'amountMinor', type: 'long' },
      { name: 'currency', type: 'string' },
    ],
  },
};

/** The carrier accepted the parcel. */
export interface ShipmentBookedV1 {
  /** The order, a UUID. */
  readonly orderId: string;
  /** The parcel, as the carrier knows it. */
  readonly parcelId: string;
}

/** Contract of `shipping.ShipmentBooked.v1`. */
export const shipmentBookedV1: EventContract<ShipmentBookedV1> = {
  type: 'shipping.ShipmentBooked.v1',
  schemaVersionId: '098fb246-ca07-5fa7-8805-1868a95bc530',
  schema: {
    type: 'record',
    name: 'ShipmentBooked',
    namespace: 'tenfold.shipping.v1',
    fields: [
      { name: 'orderId', type: 'string' },
      { name: 'parcelId', type: 'string' },
    ],
  },
};

/** The parcel is on its way. */
export interface ShipmentDispatchedV1 {
  /** The order, a UUID. */
  readonly orderId: string;
  /** The parcel, as the carrier knows it. */
  readonly parcelId: string;
}

/** Contract of `shipping.ShipmentDispatched.v1`. */
export const shipmentDispatchedV1: EventContract<ShipmentDispatchedV1> = {
  type: 'shipping.ShipmentDispatched.v1',
  schemaVersionId: '9f491881-d0f1-56c7-8b7f-54428bcc997f',
  schema: {
    type: 'record',
    name: 'ShipmentDispatched',
    namespace: 'tenfold.shipping.v1',
    fields: [
      { name: 'orderId', type: 'string' },
      { name: 'parcelId', type: 'string' },
    ],
  },
};

/** The parcel will not be sent. */
export interface ShipmentRecalledV1 {
  /** The order, a UUID. */
  readonly orderId: string;
}

/** Contract of `shipping.ShipmentRecalled.v1`. */
export const shipmentRecalledV1: EventContract<ShipmentRecalledV1> = {
  type: 'shipping.ShipmentRecalled.v1',
  schemaVersionId: '1c4f53e0-402c-5e2d-9651-388085901097',
  schema: {
    type: 'record',
    name: 'ShipmentRecalled',
    namespace: 'tenfold.shipping.v1',
    fields: [{ name: 'orderId', type: 'string' }],
  },
};

/** The carrier does not take the parcel. */
export interface ShipmentRefusedV1 {
  /** The order, a UUID. */
  readonly orderId: string;
  /** The carrier's reason. */
  readonly reason: string;
}

/** Contract of `shipping.ShipmentRefused.v1`. */
export const shipmentRefusedV1: EventContract<ShipmentRefusedV1> = {
  type: 'shipping.ShipmentRefused.v1',
  schemaVersionId: '3cc25b74-3794-596b-b36f-797d0255c805',
  schema: {
    type: 'record',
    name: 'ShipmentRefused',
    namespace: 'tenfold.shipping.v1',
    fields: [
      { name: 'orderId', type: 'string' },
      { name: 'reason', type: 'string' },
    ],
  },
};
