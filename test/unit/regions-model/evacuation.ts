import { type StockReservedV1, stockReleasedV1, stockReservedV1 } from '../../../contracts/avro/events';
import { adoptOrder } from '../../../lambdas/ordering/adopt-order.use-case';
import { isFinal, type Order } from '../../../lambdas/ordering/order';
import { decideStart } from '../../../lambdas/ordering/order-start';
import {
  currentExecutionNumber,
  executionName,
  parseExecutionName,
  type SagaStart,
  sagaStartOf,
} from '../../../lambdas/ordering/saga-execution';
import { decodeEvent } from '../../../lambdas/shared/avro-reader';
import type { OutboxRow } from '../../../lambdas/shared/outbox';
import { topicMessage } from '../../../lambdas/shared/outbox-line';
import { isOverruled } from '../../../lambdas/shared/outbox-takeover';
import { ForeignHomeError } from '../../../lambdas/shared/region-gate.errors';
import { untilFresh } from '../../../lambdas/shared/until-fresh';
import { article, isUnfinished, type ModelRegion } from './model-region';
import type { ModelWorld } from './model-world';
import { type Context, contexts } from './region-log';

/** How long the replication of what was written before is waited for, in milliseconds. */
const settleTime = 5_000;
/** What a write that was checked may still take, and its replication: nobody writes what is let back in before. Milliseconds. */
const unfenceGrace = 25_000;
/** How often an operator looks whether the successor is done, every five seconds, before he lets the region in all the same. */
const drainRounds = 120;

const idOf = (subject: string): string => subject.slice(subject.indexOf('/') + 1);

/** How an order of an evacuated region is carried on: its current execution is run again, under the name it has. */
const decideTakeover = (order: Order): SagaStart | undefined => {
  if (isFinal(order.status) || order.status === 'PARKED') return undefined;
  return currentExecutionNumber(order) === 0
    ? decideStart(order)
    : sagaStartOf(order, 'compensate', 'the region was evacuated while the order was undone');
};

/** What operators do with regions. One region at a time: whoever comes second waits. */
export class Evacuations {
  /** Points that were credited twice and taken back, by order. */
  readonly withdrawn = new Map<string, number>();
  /** Ids of events that a successor has published again. */
  readonly republished = new Set<string>();
  count = 0;
  private epoch = 0;
  private last: Promise<void> = Promise.resolve();
  private readonly reconciled = new Set<OutboxRow>();

  constructor(private readonly world: ModelWorld) {}

  /** Runs one operation after the other. */
  inTurn(work: () => Promise<void>): void {
    const { time } = this.world;
    const before = this.last;
    let done: () => void = () => undefined;
    this.last = new Promise((resolve) => {
      done = resolve;
    });
    time.start(async () => {
      await before;
      await work();
      time.wake(done);
    });
  }

  /** Fences a region, waits until it is quiet, and takes over what it has left behind; `false` when the successor may not. */
  async evacuate(region: ModelRegion, successor: ModelRegion, graceful: boolean): Promise<boolean> {
    const { log } = this.world;
    const { compute } = successor;
    await compute.awake();
    // The last healthy region is not evacuated.
    if (log.records(successor.name, 'ordering').fence?.fenced) return false;
    this.count += 1;
    const epoch = (this.epoch += 1);
    const fencedAt = new Date(log.clockOf(successor.name)).toISOString();
    const about = { region: region.name, successor: successor.name, by: 'an operator', reason: 'the model' };
    log.writeFence(successor.name, { ...about, fenced: true, epoch, fencedAt, lossDeclared: !graceful });
    while (!(await this.isQuiet(region, successor, graceful))) await compute.sleep(2_000);
    await compute.sleep(settleTime);
    await this.takeOver(region, successor);
    return true;
  }

  /** Lets a region back in once it answers, after what came late is taken over, too. */
  async giveBack(region: ModelRegion, successor: ModelRegion): Promise<void> {
    const { log, replication } = this.world;
    const { compute } = successor;
    while (!region.compute.running || !replication.isUp(region.name, successor.name)) await compute.sleep(5_000);
    const since = log.clockOf(region.name);
    while (!this.isHeard(region, successor, since)) await compute.sleep(5_000);
    await compute.sleep(settleTime);
    await this.takeOver(region, successor);
    this.abortForeign(region, successor);
    // What was taken over is brought to its end first: once the fence is lifted, nothing of the region can be adopted any more.
    await this.settled(region, successor);
    await this.reconcile(region, successor);
    await this.settled(region, successor);
    const { fence } = log.records(successor.name, 'ordering', region.name);
    if (!fence) return;
    const unfencedAt = new Date(log.clockOf(successor.name) + unfenceGrace).toISOString();
    log.writeFence(successor.name, { ...fence, fenced: false, unfencedAt });
  }

  /** By all tables the region writes no more: it has said so, or its leases have run out. */
  private async isQuiet(region: ModelRegion, successor: ModelRegion, graceful: boolean): Promise<boolean> {
    const { log } = this.world;
    const quiet = contexts.map(async (context) => {
      const { lease } = log.records(successor.name, context, region.name);
      if (graceful && lease?.state !== 'QUIESCED') return false;
      return successor.gate(context).mayAdopt(region.name);
    });
    return (await Promise.all(quiet)).every(Boolean);
  }

  /** What the region has written since it answers again is here. */
  private isHeard(region: ModelRegion, successor: ModelRegion, since: number): boolean {
    return contexts.every((context) => {
      const { lease } = this.world.log.records(successor.name, context, region.name);
      return lease?.state === 'QUIESCED' && Date.parse(lease.renewedAt) > since;
    });
  }

  /** Executions that the region had started for orders which its successor has now would go on with them as soon as it could. */
  private abortForeign(region: ModelRegion, successor: ModelRegion): void {
    const { entities } = this.world.tables.ordering.of(successor.name);
    for (const name of region.sagas.running()) {
      const order = entities.get(parseExecutionName(name)?.orderId ?? '');
      if (order && order.homeRegion !== region.name) region.sagas.abort(name);
    }
  }

  private async settled(region: ModelRegion, successor: ModelRegion): Promise<void> {
    for (let round = 0; round < drainRounds && !this.isSettled(region, successor); round += 1)
      await successor.compute.sleep(5_000);
  }

  /** Orders that were adopted have ended, and nobody waits in the successor's queues. */
  private isSettled(region: ModelRegion, successor: ModelRegion): boolean {
    const orders = [...this.world.tables.ordering.of(successor.name).entities.values()];
    const isOpen = orders.some(({ adoptedFrom, state }) => adoptedFrom === region.name && isUnfinished(state));
    return !isOpen && successor.isDrained && successor.sagas.running().length === 0;
  }

  private async takeOver(region: ModelRegion, successor: ModelRegion): Promise<void> {
    for (const context of contexts) await this.patiently(successor, () => this.republish(context, region, successor));
    const orders = [...this.world.tables.ordering.of(successor.name).entities];
    for (const [orderId, { homeRegion, state }] of orders)
      if (homeRegion === region.name && decideTakeover(state))
        await this.patiently(successor, () => this.adopt(successor, orderId));
  }

  private async republish(context: Context, { name }: ModelRegion, successor: ModelRegion): Promise<void> {
    const { outbox, entities } = this.world.tables[context].of(successor.name);
    const rows = outbox.filter(({ originRegion }) => originRegion === name).sort((a, b) => (a.sk < b.sk ? -1 : 1));
    const messages = rows.flatMap((row) => {
      const entity = entities.get(idOf(row.subject));
      return entity && isOverruled(row, entity) ? [] : row.events.map((event) => topicMessage(row, event));
    });
    for (const { id } of messages) this.republished.add(id);
    if (messages.length > 0) await successor.topic.publish(messages);
  }

  private async adopt(successor: ModelRegion, orderId: string): Promise<void> {
    const { orders, timelines } = successor;
    const cause = { correlationId: orderId, causationId: 'takeover' };
    const saga = await untilFresh(async () => {
      const stored = await orders.find(orderId);
      const decided = stored && decideTakeover(stored.state);
      if (decided) await adoptOrder({ orders, timelines }, stored, cause);
      return decided;
    });
    if (!saga || (await successor.sagas.start(saga)) === 'started') return;
    // This region had made the order, too, and its execution has ended with what was overwritten since: another one has to end it.
    if (successor.sagas.isOver(saga.name)) await successor.recover(saga.name);
  }

  /** What two regions have both done is undone once: at a return, and after regions did not hear each other. */
  async reconcile(region: ModelRegion, successor: ModelRegion): Promise<void> {
    this.reconcileReservations(region, successor);
    this.reconcileCredits(region, successor);
    for (const [orderId, { state }] of this.world.tables.ordering.of(successor.name).entities) {
      if (state.status !== 'REJECTED' && state.status !== 'CANCELLED') continue;
      if (!this.wasCarriedOnBy(region, successor, orderId)) continue;
      const again = { ...state, execution: executionName(orderId, currentExecutionNumber(state) + 1) };
      await successor.sagas.start(sagaStartOf(again, 'compensate', 'made in two regions'));
    }
  }

  private wasCarriedOnBy(region: ModelRegion, successor: ModelRegion, orderId: string): boolean {
    return (['inventory', 'payments', 'shipping', 'ordering'] as const).some((context) => {
      const { outbox, entities } = this.world.tables[context].of(successor.name);
      const entity = entities.get(orderId);
      if (entity?.homeRegion === region.name) return false;
      return outbox.some((row) => row.originRegion === region.name && idOf(row.subject) === orderId);
    });
  }

  private reconcileReservations(region: ModelRegion, successor: ModelRegion): void {
    const { outbox, entities } = this.world.tables.inventory.of(successor.name);
    const pool = region.pool.get(article.sku);
    for (const row of outbox) {
      const entity = entities.get(idOf(row.subject));
      if (!pool || !entity || row.originRegion !== region.name || this.reconciled.has(row)) continue;
      const isTwin = outbox.some(
        (other) => other !== row && other.subject === row.subject && other.sk.slice(0, 19) === row.sk.slice(0, 19),
      );
      const homedElsewhere = entity.homeRegion !== region.name;
      if (!isOverruled(row, entity) && !(isTwin && homedElsewhere)) continue;
      this.reconciled.add(row);
      for (const { type, data } of row.events) {
        const contract = [stockReservedV1, stockReleasedV1].find((one) => one.type === type);
        if (!contract) continue;
        const { lines } = decodeEvent<StockReservedV1>(contract, Buffer.from(data));
        const units = lines.reduce((sum, { quantity }) => sum + quantity, 0) * (contract === stockReservedV1 ? 1 : -1);
        pool.reserved -= units;
        pool.available += units;
      }
    }
  }

  private reconcileCredits(region: ModelRegion, successor: ModelRegion): void {
    const { outbox } = this.world.tables.loyalty.of(successor.name);
    for (const row of outbox) {
      if (row.originRegion !== region.name || this.reconciled.has(row)) continue;
      const twins = outbox.filter(({ causationid }) => causationid === row.causationid);
      if (twins.every((twin) => twin === row || this.reconciled.has(twin))) continue;
      this.reconciled.add(row);
      this.withdrawn.set(row.causationid, (this.withdrawn.get(row.causationid) ?? 0) + 1);
    }
  }

  private async patiently({ compute }: ModelRegion, work: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        await compute.invoke(work);
        return;
      } catch (error) {
        if (error instanceof ForeignHomeError) return;
        await compute.sleep(3_000);
      }
    }
  }
}
