import { orderConfirmedV1, orderPlacedV1 } from '../../../contracts/avro/events';
import { reconcileReservations } from '../../../lambdas/inventory/reconcile-reservations.use-case';
import { releaseStock } from '../../../lambdas/inventory/release-stock.use-case';
import { reserveStock } from '../../../lambdas/inventory/reserve-stock.use-case';
import type { Stock } from '../../../lambdas/inventory/stock-pool.contract';
import { creditPoints } from '../../../lambdas/loyalty/credit-points.use-case';
import { adoptOrders } from '../../../lambdas/ordering/adopt-orders.use-case';
import { cancelOrder } from '../../../lambdas/ordering/cancel-order.use-case';
import { closeOrder } from '../../../lambdas/ordering/close-order.use-case';
import { confirmOrder } from '../../../lambdas/ordering/confirm-order.use-case';
import type { Order } from '../../../lambdas/ordering/order';
import type { OrderSagaData } from '../../../lambdas/ordering/order-saga.contract';
import { parkCase } from '../../../lambdas/ordering/park-case.use-case';
import { placeOrder } from '../../../lambdas/ordering/place-order.use-case';
import { recoverFailedSaga } from '../../../lambdas/ordering/recover-failed-saga.use-case';
import { sealOrder } from '../../../lambdas/ordering/seal-order.use-case';
import { startOrderSaga } from '../../../lambdas/ordering/start-order-saga.use-case';
import { startUnstartedSagas } from '../../../lambdas/ordering/start-unstarted-sagas.use-case';
import { undoFailedOrders } from '../../../lambdas/ordering/undo-failed-orders.use-case';
import type { OrdersPage, UnfinishedOrders } from '../../../lambdas/ordering/unfinished-orders.port';
import type { WorkedOnOrders } from '../../../lambdas/ordering/worked-on-orders.port';
import { chargePaymentCommand } from '../../../lambdas/payments/charge-payment.contract';
import { chargePayment } from '../../../lambdas/payments/charge-payment.use-case';
import type { PaymentProvider } from '../../../lambdas/payments/payment-provider.port';
import { refundPayment } from '../../../lambdas/payments/refund-payment.use-case';
import { replyParked } from '../../../lambdas/payments/reply-parked.use-case';
import { InMemoryEntityStore } from '../../../lambdas/shared/in-memory-entity-store.adapter';
import { InMemoryParking } from '../../../lambdas/shared/in-memory-parking.adapter';
import { MessageReader } from '../../../lambdas/shared/message-reader';
import { onCommand } from '../../../lambdas/shared/on-command';
import { onEvent } from '../../../lambdas/shared/on-event';
import type { OutboxRow } from '../../../lambdas/shared/outbox';
import { ProviderUnavailableError } from '../../../lambdas/shared/provider.errors';
import type { RegionGate } from '../../../lambdas/shared/region-gate.port';
import type { TakeOverRequest } from '../../../lambdas/shared/relay-outbox.contract';
import { relayOutbox } from '../../../lambdas/shared/relay-outbox.use-case';
import type { SagaReplies } from '../../../lambdas/shared/saga-replies.port';
import type { StepOutcome } from '../../../lambdas/shared/saga-step.contract';
import { takeOverRows } from '../../../lambdas/shared/take-over-rows.use-case';
import type { Topic, TopicMessage } from '../../../lambdas/shared/topic.port';
import { bookShipment } from '../../../lambdas/shipping/book-shipment.use-case';
import type { Carrier } from '../../../lambdas/shipping/carrier.port';
import { dispatchShipment } from '../../../lambdas/shipping/dispatch-shipment.use-case';
import { recallShipment } from '../../../lambdas/shipping/recall-shipment.use-case';
import { InMemoryPoolMoves } from '../inventory/in-memory-pool-moves';
import { InMemoryWarehouse } from '../inventory/in-memory-reservation-ledger';
import { InMemoryOrderCases, silentLog } from '../ordering/fixtures';
import { customerSeals } from '../shared/customer-seals';
import { InMemoryFlags } from '../shared/in-memory-flags';
import { InMemorySubjectKeys } from '../shared/in-memory-subject-keys';
import { Compute } from './compute';
import { Fifo } from './fifo';
import { leftRows, streamRow } from './left-rows';
import type { ModelWorld } from './model-world';
import { type Context, contexts } from './region-log';
import type { ReplicatedTable } from './replicated-table';
import { OrderSagaRuns } from './saga-run';
import { PooledReservations } from './stock-pools';
import type { Variant } from './variants';

/** Of all regions of all models: nobody is erased in them. */
const subjectKeys = new InMemorySubjectKeys();

/** The one article, and what it costs. */
export const article = { sku: 'MUG', currency: 'BRL', unitPriceMinor: 3_990 };

const chargePatience = 60_000;
const redriveFunction = 'redrive-case:live';
const relayFunction = 'relay-outbox:live';
const quietReport = { published: () => undefined, parked: () => undefined, postponed: () => undefined };
const sagaArn = 'arn:aws:states:order-saga';

/** Whether an execution has to bring the order to an end. */
export const isUnfinished = ({ status }: Pick<Order, 'status'>): boolean =>
  status === 'PENDING' || status === 'CANCELLING';

type Tasks = Map<string, (answer: StepOutcome | Error) => void>;

/** A region: its functions over its replicas, and what it is to the world. */
export class ModelRegion {
  readonly compute: Compute;
  /** Whether nobody can reach its API. */
  isDark = false;
  /** Its own units, by article. Releases of what another region held move units here: `reserved` may be negative. */
  readonly pools: Map<string, Stock>;
  readonly dispatches: Fifo;
  readonly credits: Fifo;
  readonly sagas: OrderSagaRuns;
  readonly place: ReturnType<typeof placeOrder>;
  readonly cancel: ReturnType<typeof cancelOrder>;
  /** Carries on the orders of a region that was evacuated to this one. */
  readonly adopt: ReturnType<typeof adoptOrders>;
  /** Puts its own pools right. */
  readonly reconcileStock: ReturnType<typeof reconcileReservations>;
  readonly undoFailed: ReturnType<typeof undoFailedOrders>;
  /** Carries on an order whose execution has ended without an end of the order. */
  readonly recover: (execution: string) => Promise<void>;
  private readonly charges: Fifo;
  private readonly starts: Fifo;
  private readonly tasks: Tasks = new Map();
  private readonly topic: Topic;
  private tokens = 0;
  private readonly startUnstarted: () => Promise<unknown>;

  constructor(
    readonly name: string,
    private readonly world: ModelWorld,
    private readonly variant: Variant,
    units: number,
  ) {
    const { time, tables } = world;
    const clock = time.clock(world.skews.get(name));
    const compute = new Compute(time);
    this.compute = compute;
    const warehouse = new InMemoryWarehouse(tables.inventory.of(name));
    this.pools = warehouse.poolsOf(name);
    this.pools.set(article.sku, { available: units, reserved: 0 });

    const store = <State>(table: ReplicatedTable<State>, context: Context): InMemoryEntityStore<State> => {
      const options = { kind: table.kind, context, region: name, clock, gate: this.slowGate(context) };
      return new InMemoryEntityStore<State>(options, table.of(name));
    };
    const orders = store(tables.ordering, 'ordering');
    const timelines = store(tables.timelines, 'ordering');
    const payments = store(tables.payments, 'payments');
    const shipments = store(tables.shipping, 'shipping');
    const credits = store(tables.loyalty, 'loyalty');
    const ledger = new PooledReservations(
      { kind: 'reservation', context: 'inventory', region: name, clock, gate: this.slowGate('inventory') },
      tables.inventory.of(name),
    );
    ledger.pools = this.pools;
    tables.inventory.committing.set(name, (reservation) => ledger.move(reservation));
    const moves = new InMemoryPoolMoves(warehouse, name);
    this.reconcileStock = reconcileReservations({
      moves,
      region: name,
      clock,
      budgetMilliseconds: Number.MAX_SAFE_INTEGER,
    });

    const provider = this.slowProvider();
    const carrier = this.slowCarrier();
    const { sealerOf, open } = customerSeals(subjectKeys.in(name), name);
    const replies: SagaReplies = {
      succeed: async (token, outcome) => this.answer(token, outcome),
      fail: async (token, error, cause) => this.answer(token, new Error(`${error}: ${cause}`)),
    };
    const cases = new InMemoryOrderCases();
    const opening = { cases, clock, redriveFunction };
    const gated =
      <Request>(context: Context, step: (request: Request) => Promise<StepOutcome>) =>
      async (request: Request): Promise<StepOutcome> => {
        await this.gate(context).assertActive();
        return step(request);
      };
    const recover = recoverFailedSaga({ orders, ...opening, sagas: { start: (saga) => this.sagas.start(saga) } });
    this.recover = async (name) => {
      await recover({ name, status: 'FAILED', stateMachineArn: sagaArn });
    };
    this.sagas = new OrderSagaRuns(
      time,
      compute,
      {
        steps: [
          {
            name: 'reserve',
            call: gated('inventory', reserveStock({ ledger, clock })),
            undo: { name: 'release', call: gated('inventory', releaseStock({ ledger, clock })) },
          },
          {
            name: 'charge',
            call: ({ sagaId, data }) => this.charge(sagaId, data),
            undo: { name: 'refund', call: gated('payments', refundPayment({ payments, provider, clock })) },
          },
          {
            name: 'ship',
            call: gated('shipping', bookShipment({ shipments, carrier, open, clock })),
            undo: { name: 'recall', call: gated('shipping', recallShipment({ shipments, carrier, clock })) },
          },
          { name: 'confirm', call: gated('ordering', confirmOrder({ orders, clock })) },
        ],
        park: gated('ordering', parkCase({ orders, ...opening })),
        close: gated('ordering', closeOrder({ orders, clock })),
      },
      (execution) => this.patiently(() => this.recover(execution)),
    );
    const starting = { orders, timelines, sagas: this.sagas };
    const fifo = (consumer: string, context: Context, accepts: ConstructorParameters<typeof MessageReader>[1]) =>
      [time, compute, this.gate(context), new MessageReader(consumer, accepts, silentLog)] as const;
    this.starts = new Fifo(...fifo('start-order-saga', 'ordering', [onEvent(orderPlacedV1, startOrderSaga(starting))]));
    this.dispatches = new Fifo(
      ...fifo('dispatch', 'shipping', [onEvent(orderConfirmedV1, dispatchShipment({ shipments, carrier, clock }))]),
    );
    this.credits = new Fifo(...fifo('credit', 'loyalty', [onEvent(orderConfirmedV1, creditPoints({ credits }))]));
    const command = onCommand(chargePaymentCommand, chargePayment({ payments, provider, open, replies, clock }));
    const chargeQueue = fifo('charge', 'payments', [command]);
    const parked = replyParked({ replies });
    this.charges = new Fifo(...chargeQueue, (body) =>
      parked({ caseId: 'parked', reason: 'AttemptsExhausted', message: chargeQueue[3].read(body, 1) }),
    );

    const prices = new Map([[article.sku, article]]);
    const sealed = sealOrder({ sealerOf });
    const placing = { prices: { pricesOf: async () => prices }, flags: new InMemoryFlags(), sealed, open };
    this.place = placeOrder({ orders, clock, ...placing });
    this.cancel = cancelOrder({ orders, clock });
    this.topic = {
      maxBytes: 262_144,
      maxMessages: 10,
      sizeOf: ({ body }) => body.length,
      publish: async (messages) => {
        await compute.pass();
        for (const message of messages) this.distribute(message);
        return messages.map(() => ({ kind: 'published' }) as const);
      },
    };
    const sweeping = { ...starting, unfinished: this.unfinished(), clock, log: silentLog };
    this.startUnstarted = startUnstartedSagas(sweeping);
    this.adopt = adoptOrders({
      ...{ ...sweeping, region: name, gate: this.gate('ordering'), executions: this.sagas },
      recover: (ended) => recover({ ...ended, stateMachineArn: sagaArn }),
    });
    this.undoFailed = undoFailedOrders({
      ...{ region: name, gate: this.gate('ordering'), orders, sagas: this.sagas, executions: this.sagas, clock },
      workedOn: this.workedOn(),
      pause: () => compute.sleep(1_000),
      log: silentLog,
    });
    for (const context of contexts) this.relay(context);
  }

  private workedOn(): WorkedOnOrders {
    const rows = () =>
      this.world.tables.ordering.of(this.name).outbox.filter(({ subject }) => subject.startsWith('order/'));
    const idOf = ({ subject }: { readonly subject: string }) => subject.slice('order/'.length);
    return {
      page: async (region, since) => {
        await this.compute.pass();
        const stated = rows().filter(
          ({ originRegion, committedAt }) => originRegion === region && new Date(committedAt) >= since,
        );
        return { orderIds: [...new Set(stated.map(idOf))], next: undefined };
      },
      originsOf: async (orderId) => rows().flatMap((row) => (idOf(row) === orderId ? [row.originRegion] : [])),
    };
  }

  /** The gate that the region's functions ask. */
  gate(context: Context): RegionGate {
    const { log } = this.world;
    const gate = log.gate(this.name, context);
    const { noFenceCheck, noLeaseWait } = this.variant;
    if (!noFenceCheck && !noLeaseWait) return gate;
    return {
      assertActive: async () => (noFenceCheck ? undefined : gate.assertActive()),
      mayAdopt: async (region) => {
        const { fence } = log.records(this.name, context, region);
        return noLeaseWait ? fence?.fenced === true && fence.successor === this.name : gate.mayAdopt(region);
      },
      publishesFrom: () => gate.publishesFrom(),
      lastHeardFrom: (region) => gate.lastHeardFrom(region),
    };
  }

  /** Whether nothing waits in its queues. */
  get isDrained(): boolean {
    return [this.starts, this.charges, this.dispatches, this.credits].every(({ isIdle }) => isIdle);
  }

  /** Whether its API answers now. */
  answers(): boolean {
    return !this.isDark;
  }

  /** Publishes what a region that was evacuated to this one has left in its outbox. */
  async takeOver(
    context: Context,
    takeOver: TakeOverRequest['takeOver'],
    published: (messages: readonly TopicMessage[]) => void,
  ): Promise<void> {
    const publish: Topic['publish'] = (messages) => {
      published(messages);
      return this.topic.publish(messages);
    };
    const left = leftRows(this.world.tables[context].of(this.name));
    const take = takeOverRows({ ...this.publishing(context), topic: { ...this.topic, publish }, left });
    await take({ takeOver }, { redriveFunction: relayFunction, hasTime: () => true });
  }

  /** Looks for orders that no saga was started for, and for those whose saga is over although they are not. */
  async sweep(): Promise<void> {
    await this.patiently(this.startUnstarted);
    for (const { homeRegion, state } of this.world.tables.ordering.of(this.name).entities.values())
      if (homeRegion === this.name && isUnfinished(state) && this.sagas.isOver(state.execution))
        await this.patiently(() => this.recover(state.execution));
  }

  /** Calls a function until it has worked, as EventBridge and the sweeps do. */
  private async patiently(work: () => Promise<unknown>): Promise<void> {
    for (let pause = 10_000; ; pause = Math.min(2 * pause, 300_000)) {
      try {
        await this.compute.invoke(work);
        return;
      } catch {
        await this.compute.sleep(pause);
      }
    }
  }

  // What was checked is done a while later.
  private slowGate(context: Context): RegionGate {
    const gate = this.gate(context);
    return {
      assertActive: async () => {
        await gate.assertActive();
        await this.compute.pass();
      },
      mayAdopt: (region) => gate.mayAdopt(region),
      publishesFrom: () => gate.publishesFrom(),
      lastHeardFrom: (region) => gate.lastHeardFrom(region),
    };
  }

  // A request is on its way for a while, and may find nobody there.
  private async outside(): Promise<void> {
    await this.compute.pass();
    if (this.world.outage.count > 0) throw new ProviderUnavailableError('no answer');
  }

  private slowProvider(): PaymentProvider {
    const { provider, time } = this.world;
    const keyed = (chargeKey: string): string =>
      this.variant.randomIds ? `${chargeKey}-${time.between(1, 1e9)}` : chargeKey;
    return {
      charge: async (request) => {
        await this.outside();
        return provider.charge({ ...request, chargeKey: keyed(request.chargeKey) });
      },
      void: async (request) => {
        await this.outside();
        return provider.void(request);
      },
    };
  }

  private slowCarrier(): Carrier {
    const { carrier } = this.world;
    const slow =
      <Request, Answer>(ask: (request: Request) => Promise<Answer>) =>
      async (request: Request): Promise<Answer> => {
        await this.outside();
        return ask(request);
      };
    return {
      book: slow((request) => carrier.book(request)),
      recall: slow((request) => carrier.recall(request)),
      dispatch: slow((request) => carrier.dispatch(request)),
    };
  }

  private async charge(sagaId: string, data: OrderSagaData): Promise<StepOutcome> {
    const { time } = this.world;
    const token = `${this.name}/${(this.tokens += 1)}`;
    const answered = new Promise<StepOutcome | Error>((resolve) =>
      this.tasks.set(token, (answer) => time.wake(() => resolve(answer))),
    );
    const { orderId, customerId, totalMinor, currency, paymentMethod } = data;
    const about = {
      specversion: '1.0',
      id: `${sagaId}/charge`,
      source: '/tenfold/ordering',
      type: chargePaymentCommand.type,
    };
    const origin = {
      time: new Date(time.now).toISOString(),
      subject: `order/${sagaId}`,
      sequence: 2,
      originregion: this.name,
    };
    const ids = { correlationid: sagaId, causationid: sagaId, tasktoken: token, datacontenttype: 'application/json' };
    const body = { ...about, ...origin, ...ids, data: { orderId, customerId, totalMinor, currency, paymentMethod } };
    this.charges.send(body.subject, JSON.stringify(body));
    time.in(chargePatience, () => this.answer(token, new Error('States.Timeout')));
    const answer = await answered;
    if (answer instanceof Error) throw answer;
    return answer;
  }

  private answer(token: string, answer: StepOutcome | Error): void {
    const task = this.tasks.get(token);
    this.tasks.delete(token);
    task?.(answer);
  }

  private distribute({ id, group, type, body }: TopicMessage): void {
    this.world.facts.tell(this.name, group, type, id);
    if (type === orderPlacedV1.type) this.starts.send(group, body);
    if (type !== orderConfirmedV1.type) return;
    this.dispatches.send(group, body);
    this.credits.send(group, body);
  }

  private unfinished(): UnfinishedOrders {
    const { entities } = this.world.tables.ordering.of(this.name);
    return {
      async *placedBefore(before): AsyncGenerator<readonly string[]> {
        for (const [id, { state }] of entities)
          if (isUnfinished(state) && new Date(state.placedAt) < before) yield [id];
      },
      async *ofRegion(region): AsyncGenerator<OrdersPage> {
        for (const [id, { homeRegion, adoptedFrom, state }] of entities)
          if (isUnfinished(state) && (homeRegion === region || adoptedFrom === region))
            yield { orderIds: [id], cursor: id };
      },
    };
  }

  /** What the relay of a context publishes with. */
  private publishing(context: Context) {
    const { name: region, topic } = this;
    const gate = this.gate(context);
    const parking = new InMemoryParking({ context, consumer: 'relay-outbox', region, gate });
    const rows = { read: async () => undefined, keep: async () => undefined, release: async () => undefined };
    const clock = this.world.time.clock(this.world.skews.get(region));
    return { region, gate, topic, parking, rows, clock, report: quietReport };
  }

  /** The outbox's stream and the relay that reads it. */
  private relay(context: Context): void {
    const { name, compute, world, variant } = this;
    const { time } = world;
    const waiting: OutboxRow[] = [];
    let reading = false;
    const run = relayOutbox(this.publishing(context));
    const read = async (): Promise<void> => {
      while (waiting.length > 0) {
        await compute.sleep(time.between(20, 400));
        const batch = waiting
          .slice(0, 100)
          .map((row, index) => streamRow(variant.noOriginFilter ? { ...row, originRegion: name } : row, index));
        try {
          const again = await compute.invoke(() => run(batch, relayFunction));
          const first = Math.min(batch.length, ...again.map(({ sequenceNumber }) => Number(sequenceNumber)));
          waiting.splice(0, first);
          if (again.length > 0) await compute.sleep(5_000);
        } catch {
          await compute.sleep(1_000);
        }
      }
      reading = false;
    };
    world.tables[context].streams.set(name, (row) => {
      // As the event source mapping's filter.
      if (row.originRegion !== name && !variant.noOriginFilter) return;
      waiting.push(row);
      if (reading) return;
      reading = true;
      time.start(read);
    });
  }
}
