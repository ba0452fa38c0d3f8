import { ConflictProblem, Problem, UnprocessableProblem } from '../shared/problem';
import type { Answer, Refusal } from './effect';

/** 401: no API key, or a wrong one. */
export class UnauthorizedProblem extends Problem {
  override readonly name = 'UnauthorizedProblem';
  readonly status = 401;
  readonly title = 'Unauthorized';
  readonly slug = 'unauthorized';
}

/** 402: the card was declined. */
export class PaymentDeclinedProblem extends Problem {
  override readonly name = 'PaymentDeclinedProblem';
  readonly status = 402;
  readonly title = 'Payment declined';
  readonly slug = 'payment-declined';
}

/** 409: what is held under the key does not allow it any more. */
export class HoldingProblem extends Problem {
  override readonly name = 'HoldingProblem';
  readonly status = 409;
  readonly title = 'Conflict';
  constructor(
    readonly slug: Refusal,
    detail: string,
  ) {
    super(detail);
  }
}

/** 503: a fault. */
export class ServiceUnavailableProblem extends Problem {
  override readonly name = 'ServiceUnavailableProblem';
  readonly status = 503;
  readonly title = 'Service unavailable';
  readonly slug = 'service-unavailable';
}

/** 504: a fault. */
export class GatewayTimeoutProblem extends Problem {
  override readonly name = 'GatewayTimeoutProblem';
  readonly status = 504;
  readonly title = 'Gateway timeout';
  readonly slug = 'gateway-timeout';
}

/** The problem document of a refusal. */
export const problemOf = ({ refusal, detail }: Extract<Answer, { kind: 'refused' }>): Problem => {
  switch (refusal) {
    case 'payment-declined':
      return new PaymentDeclinedProblem(detail);
    case 'idempotency-key-reused':
      return new UnprocessableProblem(detail, {
        errors: [{ field: 'idempotency-key', expected: 'a key of its own for each request' }],
      });
    case 'charge-voided':
    case 'parcel-refused':
    case 'parcel-recalled':
    case 'parcel-dispatched':
    case 'parcel-not-booked':
      return new HoldingProblem(refusal, detail);
  }
};

/** 409: many requests about one thing at the same time; the same request may be sent again. */
export const busyProblem = (cause: unknown): Problem =>
  new ConflictProblem('other requests about the same key are being handled', {
    cause,
    headers: { 'retry-after': '1' },
  });
