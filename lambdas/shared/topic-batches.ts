import type { Topic, TopicMessage } from './topic.port';

/** Packs items into batches the topic takes: few calls, each within its number and its bytes. Keeps the order. */
export const topicBatches = <Item extends { readonly message: TopicMessage }>(
  topic: Pick<Topic, 'maxBytes' | 'maxMessages' | 'sizeOf'>,
  items: readonly Item[],
): Item[][] => {
  const batches: Item[][] = [];
  let room = 0;
  for (const item of items) {
    const size = topic.sizeOf(item.message);
    const last = batches.at(-1);
    if (last !== undefined && last.length < topic.maxMessages && size <= room) {
      last.push(item);
      room -= size;
    } else {
      batches.push([item]);
      room = topic.maxBytes - size;
    }
  }
  return batches;
};
