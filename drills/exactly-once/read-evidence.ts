import { z } from 'zod';
import type { LedgerRow } from '../harness/ledger-row';
import { openCasesIn } from '../harness/parked-cases';
import type { Item } from '../harness/scan-table';
import type { ChargeEvidence } from './count-charges';
import type { PointsEvidence } from './count-points';

const payment = z.object({ pk: z.string(), kind: z.literal('payment'), state: z.object({ status: z.string() }) });
const timeline = z.object({
  pk: z.string(),
  kind: z.literal('timeline'),
  state: z.object({ entries: z.array(z.object({ step: z.string() })) }),
});
const credit = z.object({
  kind: z.literal('credit'),
  state: z.object({ customerId: z.string(), points: z.number() }),
});
const outboxRow = z.object({
  itemType: z.literal('OUTBOX'),
  subject: z.string(),
  events: z.array(z.object({ type: z.string() })),
});

const idOf = (subject: string): string => subject.slice(subject.indexOf('/') + 1);

/** Where the evidence of charges is. */
export interface ChargeSources {
  /** Items of payments' table. */
  readonly payments: readonly Item[];
  /** Items of ordering's table. */
  readonly ordering: readonly Item[];
  /** The provider's ledger. */
  readonly ledger: readonly LedgerRow[];
}

/** What the stores say about the drill's own orders. */
export const chargeEvidenceFrom = (sources: ChargeSources, orderIds: ReadonlySet<string>): ChargeEvidence => {
  const { payments: items, ordering, ledger } = sources;
  const markers: string[] = [];
  const payments: { orderId: string; status: string }[] = [];
  const events: { orderId: string; type: string }[] = [];
  for (const item of items) {
    const marked = /^INBOX#[^#]+#(?<messageId>.+)$/.exec(String(item['pk']))?.groups?.['messageId'];
    if (marked !== undefined) markers.push(marked);
    const entity = payment.safeParse(item).data;
    if (entity) payments.push({ orderId: idOf(entity.pk), status: entity.state.status });
    const row = outboxRow.safeParse(item).data;
    if (row) for (const { type } of row.events) events.push({ orderId: idOf(row.subject), type });
  }
  const own = ({ orderId }: { readonly orderId: string }): boolean => orderIds.has(orderId);
  return {
    ledger,
    payments: payments.filter(own),
    events: events.filter(own),
    heardOf: ordering.flatMap((item) => {
      const { pk = '', state } = timeline.safeParse(item).data ?? {};
      const heard = (state?.entries ?? []).filter(({ step }) => step === 'charge');
      return orderIds.has(idOf(pk)) ? heard.map(() => idOf(pk)) : [];
    }),
    markers,
    openCases: openCasesIn(items)
      .map(({ subject }) => subject)
      .filter((subject) => orderIds.has(idOf(subject))),
  };
};

/** The balances that credits come to. */
const balancesOf = (credits: readonly { readonly customerId: string; readonly points: number }[]) => {
  const balances = new Map<string, number>();
  for (const { customerId, points } of credits) balances.set(customerId, (balances.get(customerId) ?? 0) + points);
  return [...balances].map(([customerId, points]) => ({ customerId, points }));
};

/** What loyalty's table says about the drill's own customers. */
export const pointsEvidenceFrom = (
  items: readonly Item[],
  customerIds: ReadonlySet<string>,
  orderIds: ReadonlySet<string>,
): PointsEvidence => ({
  accounts: balancesOf(
    items
      .flatMap((item) => credit.safeParse(item).data?.state ?? [])
      .filter(({ customerId }) => customerIds.has(customerId)),
  ),
  openCases: openCasesIn(items)
    .map(({ subject }) => subject)
    .filter((subject) => orderIds.has(idOf(subject))),
});
