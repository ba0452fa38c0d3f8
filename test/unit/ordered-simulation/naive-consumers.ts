import { type Arrival, arrivalOf } from '../../../lambdas/shared/ordered-arrival';
import { type OrderedConsumerHandler, orderedConsumer } from '../../../lambdas/shared/ordered-consumer';
import type { OrderedConsumerOptions } from '../../../lambdas/shared/ordered-consumer-options';
import type { Position } from '../../../lambdas/shared/ordered-delivery';
import { EventProjector } from '../../../lambdas/shared/ordered-projection';
import { kinesisRecords } from '../../../lambdas/shared/stream-batch';

type Naive = (options: OrderedConsumerOptions) => OrderedConsumerHandler;

/** How one event is handled by a consumer that knows no better. */
type HandleOne = (options: OrderedConsumerOptions, arrival: Arrival, position: Position) => Promise<void>;

/** Writes an event and moves its entity there, wherever it was. */
const write: HandleOne = async ({ accepts, clock, store }, { envelope, record }, before) => {
  if (envelope === undefined) return;
  const projection = new EventProjector('naive', accepts, []).project(envelope, record.place, clock.now().getTime());
  if (projection.kind === 'poison') throw new Error(projection.reason);
  const after = { ...before, sequence: envelope.sequence, version: before.version + 1 };
  const change = { before, after, keep: [], drained: [] };
  await store.commit('v1', { changes: [change], effects: projection.effects });
};

/** A record after the other, as batch processors do it; `failed` says what becomes of a batch in which one has failed. */
const oneByOne =
  (handle: HandleOne, failed: 'stops' | 'goes on' | 'is skipped'): Naive =>
  (options) =>
  async (event, context) => {
    if (!('Records' in event)) return orderedConsumer(options)(event, context);
    const records = kinesisRecords(event);
    const failures: string[] = [];
    for (const record of records) {
      const arrival = arrivalOf(record);
      try {
        const known = (await options.store.load('v1', [arrival.entity])).get(arrival.entity);
        if (known) await handle(options, arrival, known.position);
      } catch {
        if (failed !== 'is skipped') failures.push(record.place.sequenceNumber);
        if (failed === 'stops') break;
      }
    }
    return { batchItemFailures: failures.slice(0, 1).map((itemIdentifier) => ({ itemIdentifier })) };
  };

/** Applies whatever comes. */
export const withoutPositions = oneByOne(write, 'stops');

/** Applies what is next, takes what is not for a repeat. */
export const withoutEarlyRoom = oneByOne(async (options, arrival, position) => {
  if (arrival.envelope?.sequence === position.sequence + 1) await write(options, arrival, position);
}, 'stops');

/** Takes for a repeat what it has passed, and goes on after a failure. */
export const goesOnAfterFailure = oneByOne(async (options, arrival, position) => {
  if ((arrival.envelope?.sequence ?? 0) > position.sequence) await write(options, arrival, position);
}, 'goes on');

/** Leaves out what it cannot handle. */
export const skipsPoison = oneByOne(async (options, arrival, position) => {
  if ((arrival.envelope?.sequence ?? 0) > position.sequence) await write(options, arrival, position);
}, 'is skipped');

/** The real one on a store that does not look whether somebody else has moved an entity meanwhile. */
export const onBlindStore: Naive = (options) => {
  const { store } = options;
  const blind = Object.assign(Object.create(store) as typeof store, {
    active: () => store.active(),
    load: (generation: string, entities: readonly string[]) => store.load(generation, entities),
    commit: async (generation: string, commit: Parameters<typeof store.commit>[1]) => {
      const known = await store.load(
        generation,
        commit.changes.map(({ before }) => before.entity),
      );
      const changes = commit.changes.map((change) => {
        const before = known.get(change.before.entity)?.position ?? change.before;
        return { ...change, before, after: { ...change.after, version: before.version + 1 } };
      });
      await store.commit(generation, { ...commit, changes });
    },
  });
  return orderedConsumer({ ...options, store: blind });
};

/** The real one, which does not look for what is missing. */
export const leavesGaps: Naive = (options) => {
  const consume = orderedConsumer(options);
  return async (event, context) => ('fillGaps' in event ? { batchItemFailures: [] } : consume(event, context));
};
