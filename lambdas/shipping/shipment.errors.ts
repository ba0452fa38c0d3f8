/** The parcel is on its way, so that its booking cannot be undone. The saga tries again, then parks the case for an operator. */
export class ShipmentDispatchedError extends Error {
  override readonly name = 'ShipmentDispatchedError';
  constructor(
    readonly orderId: string,
    options?: ErrorOptions,
  ) {
    super(`parcel of order ${orderId} cannot be recalled: it is on its way`, options);
  }
}

/** A confirmed order has no booked parcel. The queue delivers the event again, then its order is parked for an operator. */
export class ShipmentNotBookedError extends Error {
  override readonly name = 'ShipmentNotBookedError';
  constructor(
    readonly orderId: string,
    readonly status: string,
    options?: ErrorOptions,
  ) {
    super(`order ${orderId} is confirmed, but its shipment is ${status}, expected BOOKED`, options);
  }
}
