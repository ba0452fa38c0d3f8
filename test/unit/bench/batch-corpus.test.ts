import { batchCorpus } from '../../../bench/batch-cpu/batch-corpus';
import { charge, chargeCommand, FAILING_METHOD } from '../../../bench/batch-cpu/charge-command';
import { measuredConsumer } from '../../../bench/batch-cpu/measured-consumer';
import { readEnvelope } from '../../../lambdas/shared/envelope-reader';

const groupOf = ({ attributes }: { attributes: { MessageGroupId?: string } }) => attributes.MessageGroupId;

describe('the corpus of the batch benchmark', () => {
  test('is a function of its seed', () => {
    expect(batchCorpus('7', 'shared', 20)).toEqual(batchCorpus('7', 'shared', 20));
    expect(batchCorpus('7', 'shared', 20)).not.toEqual(batchCorpus('8', 'shared', 20));
  });

  test('has readable messages, several groups in a batch, and some that fail', () => {
    const events = batchCorpus('1', 'shared', 200);
    const methods = events.flatMap(({ Records }) =>
      Records.map(({ body }) => chargeCommand.parse(readEnvelope(body).data).paymentMethod),
    );
    const failing = methods.filter((method) => method === FAILING_METHOD).length;
    expect(failing).toBeGreaterThan(10);
    expect(failing).toBeLessThan(100);
    expect(events.every(({ Records }) => new Set(Records.map(groupOf)).size > 1)).toBe(true);
  });

  test('gives each message a group of its own where it shall', () => {
    for (const { Records } of batchCorpus('1', 'apart', 20)) expect(new Set(Records.map(groupOf)).size).toBe(10);
  });

  test('a failing message takes the later ones of its group along, and no other', async () => {
    const consume = measuredConsumer(({ data }) => charge(data));
    for (const event of batchCorpus('3', 'shared', 100)) {
      const stopped = new Set<string | undefined>();
      const expected = event.Records.filter((record) => {
        if (record.body.includes(FAILING_METHOD)) stopped.add(groupOf(record));
        return stopped.has(groupOf(record));
      }).map(({ messageId }) => messageId);
      const { batchItemFailures } = await consume(event);
      expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort()).toEqual(expected.sort());
    }
  });
});
