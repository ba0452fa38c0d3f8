import {
  currentExecutionNumber,
  executionName,
  parseExecutionName,
  sagaStartOf,
} from '../../../lambdas/ordering/saga-execution';
import { publishedSince } from '../../../lambdas/regions/published-since';
import { decideFence, decideUnfence } from '../../../lambdas/regions/region-fencing';
import { decideQuiet } from '../../../lambdas/regions/region-quiet';
import { ForeignHomeError } from '../../../lambdas/shared/region-gate.errors';
import type { RegionRecords } from '../../../lambdas/shared/region-records';
import { standingOf } from '../../../lambdas/shared/region-standing';
import type { TopicMessage } from '../../../lambdas/shared/topic.port';
import { leaseSeconds } from './lease-keeper';
import { isUnfinished, type ModelRegion } from './model-region';
import type { ModelWorld } from './model-world';
import { contexts } from './region-log';
import type { Variant } from './variants';

/** How long the replication of what was written before is waited for, in milliseconds. */
const settleTime = 5_000;
/** For how many looks, five seconds apart, nothing may be under way in the successor before the region is let back in. */
const quietLooks = 12;

const idOf = (subject: string): string => subject.slice(subject.indexOf('/') + 1);

/** What operators do with regions. One region at a time: whoever comes second waits. */
export class Evacuations {
  /** Ids of events that a successor has published again. */
  readonly republished = new Set<string>();
  count = 0;
  private epoch = 0;
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly world: ModelWorld,
    private readonly variant: Variant,
  ) {}

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
    if (!log.recordsOf(successor.name, successor.name).every((records) => this.isActive(records, successor)))
      return false;
    this.count += 1;
    this.stopForeign(successor);
    const about = { region: region.name, successor: successor.name, by: 'an operator', reason: 'the model' };
    const order = {
      ...about,
      epoch: (this.epoch += 1),
      lossDeclared: !graceful && this.maybeDeclaredLost(region, successor),
    };
    const { fence: known } = log.records(successor.name, 'ordering', region.name);
    const decision = decideFence(known, order, this.timeIn(successor));
    if (decision.kind === 'outdated') throw new TypeError(`epoch ${order.epoch} was given before`);
    log.writeFence(successor.name, decision.fence);
    if (this.world.replication.isUp(region.name, successor.name)) log.tellFence(decision.fence);
    while (!this.isQuiet(region, successor)) await compute.sleep(2_000);
    await compute.sleep(settleTime);
    await this.takeOver(region, successor);
    return true;
  }

  /** Lets a region back in once it answers, after what came late is taken over, too. */
  async giveBack(region: ModelRegion, successor: ModelRegion): Promise<void> {
    const { log, replication } = this.world;
    const { compute } = successor;
    while (!region.compute.running || !replication.isUp(region.name, successor.name)) await compute.sleep(5_000);
    const heardSince = this.timeIn(region);
    while (!this.isQuiet(region, successor, heardSince)) await compute.sleep(5_000);
    await compute.sleep(settleTime);
    await this.takeOver(region, successor);
    // What was taken over is brought to its end first: once the fence is lifted, nothing of the region can be adopted any more.
    await this.settled(region, successor);
    await this.patiently(region, () => region.reconcileStock({ since: new Date(0).toISOString() }));
    await this.undoFailed(region, successor);
    await this.settled(region, successor);
    const now = this.timeIn(successor);
    const lifted = log
      .recordsOf(region.name, successor.name)
      .map((records) => decideUnfence(records, successor.name, now));
    const refused = lifted.find(({ kind }) => kind !== 'write');
    if (refused) throw new TypeError(`the fence of ${region.name} is not lifted: it is ${refused.kind}`);
    // The fence is one and the same in all tables.
    const [decision] = lifted;
    if (decision?.kind === 'write') log.writeFence(successor.name, decision.fence);
  }

  /** By all tables the region writes no more; with a time, it has said so itself since then. */
  private isQuiet(region: ModelRegion, successor: ModelRegion, heardSince?: Date): boolean {
    const { log } = this.world;
    const now = this.timeIn(successor);
    const terms = { leaseSeconds, ...(heardSince !== undefined && { heardSince }) };
    return log.recordsOf(region.name, successor.name).every((records) => {
      if (this.variant.noLeaseWait && heardSince === undefined && records.fence?.lossDeclared) return true;
      return decideQuiet(records, successor.name, terms, now).kind === 'quiet';
    });
  }

  private timeIn({ name }: ModelRegion): Date {
    return new Date(this.world.log.clockOf(name));
  }

  private isActive({ lease, fence }: RegionRecords, region: ModelRegion): boolean {
    return standingOf(lease, fence, this.timeIn(region)).kind === 'active';
  }

  /** What the runbook asks of an operator: a region that is alive, and only cut off, is not declared lost. */
  private maybeDeclaredLost(region: ModelRegion, successor: ModelRegion): boolean {
    return !region.compute.running || this.world.replication.isUp(region.name, successor.name);
  }

  /**
   * What the runbook asks of an operator before a region takes over that was evacuated itself: executions which it had started for orders that
   * another one has now could go on with them as soon as they are its own again.
   */
  private stopForeign(region: ModelRegion): void {
    const { entities } = this.world.tables.ordering.of(region.name);
    for (const name of region.sagas.running()) {
      const order = entities.get(parseExecutionName(name)?.orderId ?? '');
      if (order && order.homeRegion !== region.name) region.sagas.abort(name);
    }
  }

  private async settled(region: ModelRegion, successor: ModelRegion): Promise<void> {
    for (let looks = 0; looks < quietLooks; looks = this.isSettled(region, successor) ? looks + 1 : 0)
      await successor.compute.sleep(5_000);
  }

  /** Orders that were adopted have ended, and nobody waits in the successor's queues. */
  private isSettled(region: ModelRegion, successor: ModelRegion): boolean {
    const orders = [...this.world.tables.ordering.of(successor.name).entities.values()];
    const isOpen = orders.some(({ adoptedFrom, state }) => adoptedFrom === region.name && isUnfinished(state));
    return !isOpen && successor.isDrained;
  }

  private async takeOver(region: ModelRegion, successor: ModelRegion): Promise<void> {
    const { log } = this.world;
    const fences = log.recordsOf(region.name, successor.name).flatMap(({ fence }) => fence ?? []);
    const left = { region: region.name, since: publishedSince(fences) };
    const published = (messages: readonly TopicMessage[]): void => {
      for (const { id } of messages) this.republished.add(id);
    };
    for (const context of contexts) await this.patiently(successor, () => successor.takeOver(context, left, published));
    await this.patiently(successor, () => successor.adopt({ region: region.name }));
  }

  /** What two regions have both done, and neither was evacuated, is undone once: as operators do after regions did not hear each other. */
  async reconcile(region: ModelRegion, successor: ModelRegion): Promise<void> {
    await this.patiently(region, () => region.reconcileStock({ since: new Date(0).toISOString() }));
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

  /** What the region did for orders that have failed is undone to its end, as a return does. */
  private async undoFailed(region: ModelRegion, successor: ModelRegion): Promise<void> {
    const request = { region: region.name, since: new Date(0).toISOString(), wait: true };
    await this.patiently(successor, async () => {
      const { cursor } = await successor.undoFailed(request);
      if (cursor !== undefined) throw new Error('what the region did is not undone yet');
    });
  }

  private async patiently({ compute }: ModelRegion, work: () => Promise<unknown>): Promise<void> {
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
