import * as contracts from '../../../contracts/avro/events';
import { forwardEvent } from '../../../lambdas/activity/forward-event.use-case';
import { forwardedTypes } from '../../../lambdas/activity/forward-events.contract';
import { LogOverloadedError } from '../../../lambdas/shared/event-log.errors';
import { fifoConsumer } from '../../../lambdas/shared/fifo-consumer';
import { InMemoryParking } from '../../../lambdas/shared/in-memory-parking.adapter';
import { InMemoryTries } from '../../../lambdas/shared/in-memory-tries.adapter';
import { onRawEvent } from '../../../lambdas/shared/on-raw-event';
import { envelope, record, recordingLog } from '../shared/messages';
import { InMemoryEventLog } from './in-memory-event-log';

const placed = (sequence: number, more = {}) => {
  const data = { data: undefined, data_base64: 'AwBub3QgcmVhZA==', dataschema: 'urn:avro:of-tomorrow' };
  const about = { id: `event-${sequence}`, type: 'ordering.OrderPlaced.v1', sequence, traceparent: '00-aa-bb-01' };
  return JSON.stringify(envelope({ ...about, ...data, ...more }));
};
const consumerOf = (log: InMemoryEventLog) => {
  const forward = forwardEvent({ log });
  return fifoConsumer({
    consumer: 'activity.forward',
    accepts: forwardedTypes.activity.map((type) => onRawEvent(type, forward)),
    parking: new InMemoryParking({ context: 'activity', consumer: 'activity.forward', region: 'sa-east-1' }),
    visibility: { postpone: async () => undefined },
    tries: new InMemoryTries(),
    attempts: 12,
    log: recordingLog(),
  });
};
const context = {
  invokedFunctionArn: 'arn:aws:lambda:sa-east-1:0:function:f:live',
  getRemainingTimeInMillis: () => 30_000,
};
const batch = (...bodies: readonly string[]) => ({
  Records: bodies.map((body, index) => record(`message-${index}`, 'order/1', body)),
});

describe('forward-events', () => {
  it('passes an event on as it came, also one whose schema it does not know', async () => {
    const log = new InMemoryEventLog();

    expect(await consumerOf(log)(batch(placed(1), placed(2)), context)).toEqual({ batchItemFailures: [] });

    expect(log.events).toEqual([
      { entity: 'order/1', text: placed(1) },
      { entity: 'order/1', text: placed(2) },
    ]);
  });

  it('hands an entity’s later messages back with the one that the log did not take', async () => {
    const log = new InMemoryEventLog(new LogOverloadedError({ entities: ['order/1'], events: 1, reason: 'Throttled' }));

    expect(await consumerOf(log)(batch(placed(1), placed(2)), context)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-0' }, { itemIdentifier: 'message-1' }],
    });
  });

  it.each([
    ['ordering', forwardedTypes.activity],
    ['inventory', forwardedTypes.stockMovements],
  ])('forwards every event of %s, so that no number of an entity is missing', (context, forwarded) => {
    const all = Object.values(contracts)
      .map(({ type }) => type)
      .filter((type) => type.startsWith(`${context}.`));
    expect([...forwarded].sort()).toEqual(all.sort());
  });
});
