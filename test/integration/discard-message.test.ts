import { randomUUID } from 'node:crypto';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { DiscardFailedError } from '../../local/operator/parked-case.errors';
import { ParkedCases } from '../../local/operator/parked-cases';
import { isStillOpen, redriveAll } from '../../local/operator/redrive-all';
import { caseDetails } from '../../local/operator/show-cases';
import { deployedStore, orderOf } from './deployed-store';
import { eventually } from './eventually';

const store = deployedStore();

it('frees an order from messages that can never work: each is named, discarded once and kept', async () => {
  const { api, cloud, system, provider } = store();
  const cases = new ParkedCases(cloud, cloud.outputs);
  const key = randomUUID();
  const orderId = store().orderIdFor(key);
  const openOfOrder = async () => (await cases.open()).filter(({ subject }) => subject === `order/${orderId}`);
  for (const body of ['no envelope at all', '{"specversion":"0.3"}']) {
    await system.sqs.send(
      new SendMessageCommand({
        QueueUrl: cloud.outputs.get('PaymentsService', 'ChargeQueueUrl'),
        MessageBody: body,
        MessageGroupId: `order/${orderId}`,
        MessageDeduplicationId: randomUUID(),
      }),
    );
  }
  const [open] = await eventually(openOfOrder, ([one]) => one?.count === 2);
  if (open === undefined) throw new Error('no case is open');
  const { caseId } = open;
  const discard = (number: number) => cases.discard({ caseId, number, reason: 'no envelope', by: 'operator-1' });

  const stuck = await redriveAll([open], cases);
  await expect(discard(2)).rejects.toThrow(new RegExp('message 2 is not the first that waits; the first is message 1'));
  const both = await Promise.allSettled([discard(1), discard(1)]);
  const last = await discard(2);

  expect(stuck.map(isStillOpen)).toEqual([true]);
  expect(stuck[0]?.end).toMatchObject({ reason: expect.stringContaining('UnreadableMessageError') });
  expect(both.filter(({ status }) => status === 'rejected')).toMatchObject([
    { reason: expect.any(DiscardFailedError) },
  ]);
  expect(last).toContain('which is closed');
  const shown = caseDetails(await cases.find(caseId), await cases.messages(caseId, { bodies: true }));
  expect(shown).toMatch(/^state +closed .*\(discarded\)$/m);
  expect(shown).toMatch(/1 {2}\S+ by operator-1: no envelope\n {5}no envelope at all\n/);
  expect(shown).toContain('{"specversion":"0.3"}');

  const { totalMinor } = await api.placed(orderOf(await store().newArticle()), key);
  await api.orderWith(orderId, 'CONFIRMED', ['charge done']);
  expect(await provider.paidFor(orderId)).toBe(totalMinor);
});
