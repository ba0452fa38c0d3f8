import fc from 'fast-check';
import { isFinal, type Order, orderTransitions } from '../../../lambdas/ordering/order';
import { decideCancellation } from '../../../lambdas/ordering/order-cancellation';
import { decideClosing } from '../../../lambdas/ordering/order-closing';
import { decideConfirmation } from '../../../lambdas/ordering/order-confirmation';
import { decideParking } from '../../../lambdas/ordering/order-parking';
import { decideRecovery, maximumRecoveries } from '../../../lambdas/ordering/order-recovery';
import { decideRedrive } from '../../../lambdas/ordering/order-redrive';
import { parseExecutionName, type SagaEntry } from '../../../lambdas/ordering/saga-execution';
import { clientId, orderId, placedOrder, stored } from './fixtures';

type Phase = 'forward' | 'compensating' | 'ended' | 'failed';

/** Everything that may happen to an order, in any sequence, with what the saga itself guarantees: phases only move on. */
class World {
  order: Order = placedOrder();
  readonly executions = new Map<string, Phase>([[orderId, 'forward']]);
  readonly finals: string[] = [];
  private time = Date.parse('2026-11-23T08:00:00Z');

  now(): Date {
    this.time += 1000;
    return new Date(this.time);
  }

  become(next: Order): void {
    const { status } = this.order;
    if (next.status !== status) {
      expect(orderTransitions[status]).toContain(next.status);
      if (isFinal(next.status)) this.finals.push(next.status);
    }
    if (next.execution !== this.order.execution) {
      // Never two at a time: a successor is named only once the one before it has come to an end.
      expect(['ended', 'failed']).toContain(this.executions.get(this.order.execution));
    }
    this.order = next;
  }

  start(entry: SagaEntry): void {
    if (!this.executions.has(this.order.execution))
      this.executions.set(this.order.execution, entry === 'compensate' ? 'compensating' : 'forward');
  }

  cancel(): void {
    const decision = decideCancellation(stored(this.order), clientId, this.now());
    if (decision.kind === 'cancel') this.become(decision.order);
  }

  /** The pivot, also as a late invocation of an execution that was aborted. */
  confirm(name: string): void {
    const phase = this.executions.get(name);
    if (phase !== 'forward' && phase !== 'failed') return;
    const decision = decideConfirmation(this.order, name, this.now());
    if (phase === 'failed' && name !== this.order.execution) expect(decision.kind).not.toBe('confirm');
    if (decision.kind === 'confirm') this.become(decision.order);
    if (phase === 'forward') this.executions.set(name, decision.kind === 'refuse' ? 'compensating' : 'ended');
  }

  turn(name: string): void {
    if (this.executions.get(name) === 'forward') this.executions.set(name, 'compensating');
  }

  close(name: string, parked: readonly string[]): void {
    if (this.executions.get(name) !== 'compensating') return;
    const decision = decideClosing(this.order, { execution: name, parked, reason: 'a step refused' }, this.now());
    if (decision.kind !== 'nothing') this.become(decision.order);
    this.executions.set(name, 'ended');
  }

  parkPivot(name: string): void {
    if (this.executions.get(name) !== 'forward') return;
    const decision = decideParking(this.order, { step: 'confirm', execution: name, reason: 'keeps failing' });
    this.executions.set(name, 'ended');
    if (decision.kind === 'open-case-and-park') this.become(decision.order);
  }

  /** Step Functions reports a failure at least once, at any time after it. */
  fail(name: string): void {
    const phase = this.executions.get(name);
    if (phase === 'ended' || phase === undefined) return;
    this.executions.set(name, 'failed');
    const decision = decideRecovery(this.order, parseExecutionName(name)?.number ?? -1, 'aborted');
    if (decision.kind === 'nothing') return;
    this.become(decision.order);
    if (decision.kind !== 'park') this.start('compensate');
  }

  redrive(step: string): void {
    const decision = decideRedrive(this.order, { caseId: `case-${step}`, step });
    if (decision.kind !== 'start' && decision.kind !== 'start-again') return;
    this.become(decision.order);
    this.start(decision.entry);
  }
}

const steps = ['release', 'refund', 'recall', 'confirm', 'compensate'] as const;
const names = fc.nat({ max: 5 }).map((number) => (number === 0 ? orderId : `${orderId}.c${number}`));
const event = fc.oneof(
  fc.constant((world: World) => world.cancel()),
  names.map((name) => (world: World) => world.confirm(name)),
  names.map((name) => (world: World) => world.turn(name)),
  fc.tuple(names, fc.subarray(['release', 'refund', 'recall'])).map(
    ([name, parked]) =>
      (world: World) =>
        world.close(name, parked),
  ),
  names.map((name) => (world: World) => world.parkPivot(name)),
  names.map((name) => (world: World) => world.fail(name)),
  fc.constantFrom(...steps).map((step) => (world: World) => world.redrive(step)),
);
const histories = fc.array(event, { maxLength: 30 });
const runs = { numRuns: 3000 };

describe('the life of an order', () => {
  it('follows the table of transitions and never leaves a final status', () => {
    fc.assert(
      fc.property(histories, (events) => {
        const world = new World();
        for (const happen of events) happen(world);

        expect(world.finals.length).toBeLessThanOrEqual(1);
        expect(isFinal(world.order.status)).toBe(world.finals.length === 1);
      }),
      runs,
    );
  });

  it('never confirms an order whose cancellation was accepted', () => {
    fc.assert(
      fc.property(histories, (events) => {
        const world = new World();
        for (const happen of events) {
          happen(world);
          if (world.order.cancelRequestedAt !== undefined)
            expect(['CANCELLING', 'CANCELLED', 'PARKED']).toContain(world.order.status);
        }
      }),
      runs,
    );
  });

  it('comes to a final status from everywhere, once executions and redrives go well', () => {
    fc.assert(
      fc.property(histories, (events) => {
        const world = new World();
        for (const happen of events) happen(world);

        for (let round = 0; round < 3 && !isFinal(world.order.status); round += 1) {
          const { status, execution } = world.order;
          if (status === 'PARKED') world.redrive(world.order.parked?.[0] ?? 'compensate');
          else if (world.executions.get(execution) === 'failed') world.fail(execution);
          world.confirm(world.order.execution);
          world.close(world.order.execution, []);
        }

        expect(isFinal(world.order.status)).toBe(true);
      }),
      runs,
    );
  });

  it('asks an operator after three executions that failed, and not for ever', () => {
    const world = new World();
    for (let number = 0; number <= maximumRecoveries; number += 1) world.fail(world.order.execution);

    expect(world.order).toMatchObject({ status: 'PARKED', parked: ['compensate'], execution: `${orderId}.c3` });
  });
});

describe('a report of a failed execution', () => {
  it('starts the same successor when it comes twice', () => {
    const once = decideRecovery(placedOrder(), 0, 'aborted');
    if (once.kind !== 'compensate') throw new Error(`expected a compensation, got ${once.kind}`);

    const twice = decideRecovery(once.order, 0, 'aborted');

    expect(twice).toEqual({ kind: 'compensate-again', order: once.order });
  });

  it('starts none when an operator has resumed the order: perhaps forward', () => {
    const order = placedOrder({ execution: `${orderId}.c1`, redrivenCase: 'one' });

    expect(decideRecovery(order, 0, 'aborted').kind).toBe('nothing');
  });

  it('starts none when it is older than the current execution', () => {
    expect(decideRecovery(placedOrder({ execution: `${orderId}.c2` }), 0, 'aborted').kind).toBe('nothing');
  });

  it.each(['CONFIRMED', 'REJECTED', 'CANCELLED', 'PARKED'] as const)(
    'does nothing to an order that is %s',
    (status) => {
      expect(decideRecovery(placedOrder({ status }), 0, 'aborted').kind).toBe('nothing');
    },
  );
});

describe('a redrive', () => {
  it('waits for the execution that is under way', () => {
    expect(decideRedrive(placedOrder(), { caseId: 'one', step: 'refund' })).toMatchObject({ kind: 'refuse' });
  });

  it('resumes at the pivot when the pivot was parked, and undoes everything otherwise', () => {
    const parked = placedOrder({ status: 'PARKED', parked: ['confirm'] });

    expect(decideRedrive(parked, { caseId: 'one', step: 'confirm' })).toMatchObject({
      kind: 'start',
      entry: 'confirm',
    });
    expect(decideRedrive(parked, { caseId: 'one', step: 'refund' })).toMatchObject({
      kind: 'start',
      entry: 'compensate',
    });
  });

  it('puts the order back to where it stood, a cancellation included', () => {
    const cancelled = placedOrder({ status: 'PARKED', parked: ['refund'], cancelRequestedAt: '2026-11-23T08:00:01Z' });

    const decision = decideRedrive(cancelled, { caseId: 'one', step: 'refund' });

    expect(decision).toMatchObject({
      order: { status: 'CANCELLING', execution: `${orderId}.c1`, redrivenCase: 'one' },
    });
    expect(decision.kind === 'start' && decision.order.parked).toBeUndefined();
  });

  it('starts the same execution again when its answer was lost', () => {
    const order = placedOrder({ execution: `${orderId}.c1`, redrivenCase: 'one' });

    expect(decideRedrive(order, { caseId: 'one', step: 'refund' })).toEqual({
      kind: 'start-again',
      order,
      entry: 'compensate',
    });
  });
});
