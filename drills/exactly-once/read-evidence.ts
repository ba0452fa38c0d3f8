import { z } from 'zod';
import type { LedgerRow } from '../harness/ledger-row';
import { openCasesIn } from '../harness/parked-cases';
import type { Item } from '../harness/scan-table';
import type { ChargeEvidence } from './count-charges';
import type { PointsEvidence } from './count-points';

const payment = z.object({ pk: z.string(), kind: z.literal('payment'), state: z.object({ status: z.string() }) });
const account = z.object({
  kind: z.literal('account'),
  state: z.object({ customerId: z.string(), balance: z.number() }),
});
const outboxRow = z.object({
  itemType: z.literal('OUTBOX'),
  subject: z.string(),
  events: z.array(z.object({ type: z.string() })),
});

const idOf = (subject: string): string => subject.slice(subject.indexOf('/') + 1);

/** What payments' table and the provider's ledger say about the drill's own orders. */
export const chargeEvidenceFrom = (
  items: readonly Item[],
  ledger: readonly LedgerRow[],
  orderIds: ReadonlySet<string>,
): ChargeEvidence => {
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
    markers,
    openCases: openCasesIn(items)
      .map(({ subject }) => subject)
      .filter((subject) => orderIds.has(idOf(subject))),
  };
};

/** What loyalty's table says about the drill's own customers. */
export const pointsEvidenceFrom = (
  items: readonly Item[],
  customerIds: ReadonlySet<string>,
  orderIds: ReadonlySet<string>,
): PointsEvidence => ({
  accounts: items
    .flatMap((item) => account.safeParse(item).data ?? [])
    .map(({ state }) => ({ customerId: state.customerId, points: state.balance }))
    .filter(({ customerId }) => customerIds.has(customerId)),
  openCases: openCasesIn(items)
    .map(({ subject }) => subject)
    .filter((subject) => orderIds.has(idOf(subject))),
});
