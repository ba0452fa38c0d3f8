import type { Delivered } from '../shared/envelope';
import type { EventLog } from '../shared/event-log.port';

/**
 * Appends an event of the topic to a log as it came. At least once: a message that is delivered again is appended again, and consumers of the log see by
 * its id that they have had it. The queue hands out an entity's messages one after the other, so that they are in the log in their order.
 */
export const forwardEvent =
  ({ log }: { readonly log: EventLog }) =>
  async ({ subject: entity, data: text }: Delivered<string>): Promise<void> => {
    await log.append([{ entity, text }]);
  };
