import { ParkedCases } from '../../local/operator/parked-cases';
import { caseDetails, caseTable } from '../../local/operator/show-cases';
import { deployedStore, orderOf } from './deployed-store';
import { stepsOf } from './store-client';

const store = deployedStore();
const cases = () => new ParkedCases(store().cloud, store().cloud.outputs);
const casesOf = async (orderId: string) =>
  (await cases().open()).filter(({ subject }) => subject === `order/${orderId}`);

describe('what cannot be undone', () => {
  it('waits for an operator, whose redrive brings the order to its end', async () => {
    const { api, carrier, provider } = store();
    const article = await store().newArticle();
    // The booking is made and its answer lost; then the carrier takes no recall. Time to break it: the booking is slow.
    const metadata = { 'fault-reserve': 'slow:1:2', 'fault-ship': 'after:always' };
    const { orderId } = await api.placed(orderOf(article, { metadata }));
    await carrier.fail('recall', orderId);

    const parked = await api.orderWith(orderId, 'PARKED', ['refund done', 'release done']);
    const [open, ...others] = await casesOf(orderId);
    if (open === undefined) throw new Error('no case was opened');

    expect(others).toEqual([]);
    expect(stepsOf(parked)).not.toContain('recall done');
    expect(open).toMatchObject({ kind: 'compensation', context: 'ordering', reason: 'RecallGivenUp' });
    expect(caseTable(await cases().open())).toContain(open.caseId);
    expect(caseDetails(await cases().find(open.caseId), await cases().messages(open.caseId))).toContain(
      'a parcel may be on its way',
    );
    expect(await provider.paidFor(orderId)).toBe(0);
    expect(await carrier.effectsOf(orderId)).toEqual(['parcel']);

    await carrier.mend('recall', orderId);
    await cases().redrive(open.caseId);
    await api.orderWith(orderId, 'REJECTED', ['recall done']);

    expect(await carrier.effectsOf(orderId)).toEqual(['parcel', 'recall']);
    expect(await casesOf(orderId)).toEqual([]);
    expect(await cases().find(open.caseId)).not.toHaveProperty('caseStatus');
    expect(await store().stockOf(article)).toEqual({ available: 10, reserved: 0 });
  });
});

describe('what failed after the point of no return', () => {
  it('is never undone: it waits for an operator, whose redrive confirms the order', async () => {
    const { api, provider } = store();
    const metadata = { 'fault-confirm': 'error:always' };
    const { orderId, totalMinor } = await api.placed(orderOf(await store().newArticle(), { metadata }));

    await api.orderWith(orderId, 'PARKED');
    const [open] = await casesOf(orderId);
    if (open === undefined) throw new Error('no case was opened');
    expect(open).toMatchObject({ kind: 'step', reason: 'ConfirmGivenUp' });
    expect(await provider.paidFor(orderId)).toBe(totalMinor);

    await cases().redrive(open.caseId);
    const order = await api.orderWith(orderId, 'CONFIRMED', ['dispatch done']);

    expect(stepsOf(order)).toEqual(['reserve done', 'charge done', 'ship done', 'confirm done', 'dispatch done']);
    expect(await provider.effectsOf(orderId)).toEqual(['charge']);
    expect(await casesOf(orderId)).toEqual([]);
  });
});
