import { randomUUID } from 'node:crypto';
import type { ParkedCase } from '../../local/operator/parked-case';
import { ParkedCases } from '../../local/operator/parked-cases';
import { caseDetails, caseTable } from '../../local/operator/show-cases';
import { deployedStore, orderOf } from './deployed-store';
import { eventually } from './eventually';
import { stepsOf } from './store-client';

const store = deployedStore();
const cases = () => new ParkedCases(store().cloud, store().cloud.outputs);
const openCasesOf = async (orderId: string): Promise<readonly ParkedCase[]> =>
  (await cases().open()).filter(({ subject }) => subject === `order/${orderId}`);

/** The order's only open case, once there is one. */
const caseOf = async (orderId: string): Promise<ParkedCase> => {
  const [open, ...others] = await eventually(
    () => openCasesOf(orderId),
    (found) => found.length > 0,
  );
  expect(others).toEqual([]);
  if (open === undefined) throw new Error('no case is open');
  return open;
};

/** What an operator reads before deciding. */
const shownOf = async ({ caseId }: ParkedCase): Promise<string> =>
  caseDetails(await cases().find(caseId), await cases().messages(caseId));

it('keeps what cannot be undone for an operator, whose redrive brings the order to its end', async () => {
  const { api, carrier, provider } = store();
  const article = await store().newArticle();
  const key = randomUUID();
  const orderId = store().orderIdFor(key);
  // The parcel is booked and the answer lost; then the carrier takes no recall.
  await carrier.fail('recall', orderId);
  await api.placed(orderOf(article, { metadata: { 'fault-ship': 'after:always' } }), key);

  const parked = await api.orderWith(orderId, 'PARKED', ['refund done', 'release done']);
  const open = await caseOf(orderId);
  expect(open).toMatchObject({ kind: 'compensation', context: 'ordering', reason: 'RecallGivenUp' });
  expect(caseTable(await cases().open())).toContain(open.caseId);
  expect(await shownOf(open)).toContain('a parcel may be on its way');
  expect(stepsOf(parked)).not.toContain('recall done');
  expect(await carrier.effectsOf(orderId)).toEqual(['parcel']);
  expect(await provider.paidFor(orderId)).toBe(0);

  const discarded = cases().discard({ caseId: open.caseId, number: 1, reason: 'it never works', by: 'operator-1' });
  await expect(discarded).rejects.toThrow('settle it and redrive the case');

  await carrier.mend('recall', orderId);
  await cases().redrive(open.caseId);
  await api.orderWith(orderId, 'REJECTED', ['recall done']);

  expect(await carrier.effectsOf(orderId)).toEqual(['parcel', 'recall']);
  expect(await openCasesOf(orderId)).toEqual([]);
  expect(await shownOf(open)).toMatch(/^state +closed/m);
  expect(await store().stockOf(article)).toEqual({ available: 10, reserved: 0 });
});

it('parks again what a redrive could not undo', async () => {
  const { api, carrier, provider } = store();
  const key = randomUUID();
  const orderId = store().orderIdFor(key);
  await carrier.fail('parcel', orderId, 'decline');
  await provider.fail('void', orderId);
  await api.placed(orderOf(await store().newArticle()), key);
  await api.orderWith(orderId, 'PARKED');
  const { caseId } = await caseOf(orderId);

  await cases().redrive(caseId);
  const again = await eventually(
    () => cases().find(caseId),
    ({ count, caseStatus }) => count === 2 && caseStatus === 'OPEN',
  );
  await api.orderWith(orderId, 'PARKED');
  await provider.mend('void', orderId);
  await cases().redrive(caseId);
  await api.orderWith(orderId, 'REJECTED', ['refund done', 'release done']);

  expect(again.explanation).toContain('parked 2 times');
  expect(await provider.effectsOf(orderId)).toEqual(['charge', 'refund']);
  expect(await openCasesOf(orderId)).toEqual([]);
});

it('keeps a case open that is redriven while the execution that opened it again still runs', async () => {
  const { api, carrier, provider } = store();
  const article = await store().newArticle();
  const key = randomUUID();
  const orderId = store().orderIdFor(key);
  await carrier.fail('recall', orderId);
  // Keeps the compensations busy for seconds after the recall was given up.
  await provider.fail('void', orderId, 'slow');
  await api.placed(orderOf(article, { metadata: { 'fault-ship': 'after:always' } }), key);
  await api.orderWith(orderId, 'PARKED');
  const recall = (await openCasesOf(orderId)).find(({ reason }) => reason === 'RecallGivenUp');
  if (recall === undefined) throw new Error('no recall is parked');
  const { caseId } = recall;

  await cases().redrive(caseId);
  await eventually(
    () => cases().find(caseId),
    ({ count, caseStatus }) => count === 2 && caseStatus === 'OPEN',
  );
  await expect(cases().redrive(caseId)).rejects.toThrow('is under way');
  await api.orderWith(orderId, 'PARKED');

  expect((await openCasesOf(orderId)).map((open) => open.caseId)).toContain(caseId);
  await carrier.mend('recall', orderId);
  await provider.mend('void', orderId);
  await cases().redrive(caseId);
  await api.orderWith(orderId, 'REJECTED', ['recall done', 'refund done', 'release done']);
  expect(await carrier.effectsOf(orderId)).toEqual(['parcel', 'recall']);
  expect(await provider.paidFor(orderId)).toBe(0);
  expect(await store().stockOf(article)).toEqual({ available: 10, reserved: 0 });
});

it('never undoes what failed after the point of no return: a redrive confirms the order', async () => {
  const { api, provider } = store();
  const metadata = { 'fault-confirm': 'error:always' };
  const { orderId, totalMinor } = await api.placed(orderOf(await store().newArticle(), { metadata }));

  await api.orderWith(orderId, 'PARKED');
  const open = await caseOf(orderId);
  expect(open).toMatchObject({ kind: 'step', reason: 'ConfirmGivenUp' });
  expect(await provider.paidFor(orderId)).toBe(totalMinor);
  await cases().redrive(open.caseId);
  const order = await api.orderWith(orderId, 'CONFIRMED', ['dispatch done']);

  expect(stepsOf(order)).toEqual(['reserve done', 'charge done', 'ship done', 'confirm done', 'dispatch done']);
  expect(await provider.effectsOf(orderId)).toEqual(['charge']);
  expect(await openCasesOf(orderId)).toEqual([]);
});
