import { exactly, type Figure, none } from '../harness/figure';
import type { LedgerRow } from '../harness/ledger-row';
import type { ChargeOrder } from './charge-load';

/** What the stores hold after the load, as far as it concerns the drill's own orders. */
export interface ChargeEvidence {
  /** The payment provider's ledger. */
  readonly ledger: readonly LedgerRow[];
  /** Payment entities in payments' table. */
  readonly payments: readonly { readonly orderId: string; readonly status: string }[];
  /** Types of the events in payments' outbox. */
  readonly events: readonly { readonly orderId: string; readonly type: string }[];
  /** Orders whose payment event has arrived in ordering's timeline, once for each time. */
  readonly heardOf: readonly string[];
  /** Message ids of the inbox markers in payments' table. */
  readonly markers: readonly string[];
  /** Subjects of the cases that are still open. */
  readonly openCases: readonly string[];
}

/** The figures of this count, by the names under which protections refer to them. */
export const chargeFigures = {
  lost: 'charges lost',
  doubled: 'charges doubled',
  wrongAmount: 'charges of a wrong amount',
  unasked: 'charges nobody asked for',
  declinedCharged: 'refused cards charged',
  refunded: 'charges given back',
  sum: 'sum charged',
  unrecorded: 'outcomes missing from payments',
  events: 'orders without exactly one payment event',
  unheard: 'payment events that ordering did not hear exactly once',
  unmarked: 'commands without an inbox marker',
  parked: 'commands still parked',
} as const;

/** Groups by a key, in order of appearance. */
const groupBy = <T>(list: readonly T[], keyOf: (element: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const element of list) {
    const group = groups.get(keyOf(element));
    if (group) group.push(element);
    else groups.set(keyOf(element), [element]);
  }
  return groups;
};

/** Compares what was asked for with what the stores say has happened. */
export const countCharges = (orders: readonly ChargeOrder[], evidence: ChargeEvidence): Figure[] => {
  const { ledger, payments, events, heardOf, markers, openCases } = evidence;
  const charges = groupBy(
    ledger.filter(({ kind }) => kind === 'charge'),
    ({ reference }) => reference,
  );
  const known = new Set(orders.map(({ orderId }) => orderId));
  const due = orders.filter(({ expected }) => expected === 'charged');
  const refused = orders.filter(({ expected }) => expected === 'declined');
  const chargesOf = ({ orderId }: ChargeOrder): readonly LedgerRow[] => charges.get(orderId) ?? [];
  const ids = (list: readonly ChargeOrder[]): string[] => list.map(({ orderId }) => orderId);
  const recorded = new Map(payments.map(({ orderId, status }) => [orderId, status]));
  const eventsOf = groupBy(events, ({ orderId }) => orderId);
  const expectedEvent = { charged: 'payments.PaymentCharged.v1', declined: 'payments.PaymentDeclined.v1' };
  const expectedStatus = { charged: 'CHARGED', declined: 'DECLINED' };
  const heard = groupBy(heardOf, (orderId) => orderId);
  const marked = new Set(markers);
  return [
    none(chargeFigures.lost, ids(due.filter((order) => chargesOf(order).length === 0))),
    none(chargeFigures.doubled, ids(due.filter((order) => chargesOf(order).length > 1))),
    none(
      chargeFigures.wrongAmount,
      ids(due.filter((order) => chargesOf(order).some(({ amountMinor }) => amountMinor !== order.amountMinor))),
    ),
    none(
      chargeFigures.unasked,
      [...charges.keys()].filter((reference) => !known.has(reference)),
    ),
    none(chargeFigures.declinedCharged, ids(refused.filter((order) => chargesOf(order).length > 0))),
    none(
      chargeFigures.refunded,
      ledger.filter(({ kind }) => kind === 'refund' || kind === 'void').map(({ reference }) => reference),
    ),
    exactly(
      chargeFigures.sum,
      ledger.reduce((sum, { kind, amountMinor }) => sum + (kind === 'charge' ? amountMinor : 0), 0),
      due.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
      'minor units',
    ),
    none(
      chargeFigures.unrecorded,
      ids(orders.filter(({ orderId, expected }) => recorded.get(orderId) !== expectedStatus[expected])),
    ),
    none(
      chargeFigures.events,
      ids(
        orders.filter(({ orderId, expected }) => {
          const made = eventsOf.get(orderId) ?? [];
          return made.length !== 1 || made[0]?.type !== expectedEvent[expected];
        }),
      ),
    ),
    none(chargeFigures.unheard, ids(orders.filter(({ orderId }) => heard.get(orderId)?.length !== 1))),
    none(chargeFigures.unmarked, ids(orders.filter(({ orderId }) => !marked.has(`${orderId}/charge`)))),
    none(chargeFigures.parked, openCases),
  ];
};
