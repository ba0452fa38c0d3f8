import fc from 'fast-check';
import { topicBatches } from '../../../lambdas/shared/topic-batches';

const topic = { maxBytes: 100, maxMessages: 10, sizeOf: ({ body }: { body: string }) => body.length };
const items = fc
  .array(fc.integer({ min: 0, max: 100 }), { maxLength: 60 })
  .map((sizes) =>
    sizes.map((size, index) => ({ message: { id: String(index), group: 'g', type: 't', body: 'x'.repeat(size) } })),
  );
const bytesOf = (batch: readonly { readonly message: { readonly body: string } }[]) =>
  batch.reduce((sum, { message }) => sum + topic.sizeOf(message), 0);

describe('topicBatches', () => {
  it('keeps every item, in order, and every batch within what the topic takes', () => {
    fc.assert(
      fc.property(items, (given) => {
        const batches = topicBatches(topic, given);

        expect(batches.flat()).toEqual(given);
        for (const batch of batches) {
          expect(batch.length).toBeGreaterThan(0);
          expect(batch.length).toBeLessThanOrEqual(topic.maxMessages);
          expect(bytesOf(batch)).toBeLessThanOrEqual(topic.maxBytes);
        }
      }),
    );
  });

  it('starts a batch only when the one before has no room for its first item', () => {
    fc.assert(
      fc.property(items, (given) => {
        const batches = topicBatches(topic, given);

        batches.slice(1).forEach((batch, index) => {
          const before = batches[index] ?? [];
          const isFull =
            before.length === topic.maxMessages || bytesOf(before) + bytesOf(batch.slice(0, 1)) > topic.maxBytes;
          expect(isFull).toBe(true);
        });
      }),
    );
  });
});
