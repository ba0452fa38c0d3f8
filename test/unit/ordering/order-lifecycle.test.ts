import fc from 'fast-check';
import { isFinal, type Order, orderTransitions } from '../../../lambdas/ordering/order';
import { decideCancellation } from '../../../lambdas/ordering/order-cancellation';
import { caseIdOf, decideCase, type OrderCase } from '../../../lambdas/ordering/order-case';
import { decideClosing } from '../../../lambdas/ordering/order-closing';
import { decideConfirmation } from '../../../lambdas/ordering/order-confirmation';
import { decideParking } from '../../../lambdas/ordering/order-parking';
import { decideRecovery, maximumRecoveries } from '../../../lambdas/ordering/order-recovery';
import { decideRedrive } from '../../../lambdas/ordering/order-redrive';
import {
  executionName,
  firstUndoing,
  isUndoing,
  parseExecutionName,
  type SagaEntry,
} from '../../../lambdas/ordering/saga-execution';
import { clientId, orderId, placedOrder, stored } from './fixtures';

type Phase = 'forward' | 'compensating' | 'ended' | 'failed';

/** Where a process may die: after its first write, after its second one, or not at all. */
type Deaths = 'after-first' | 'after-second' | 'never';

/** Everything that may happen to an order and its cases, in any sequence, with what the saga itself guarantees: phases only move on. */
class World {
  order: Order = placedOrder();
  readonly executions = new Map<string, Phase>([[orderId, 'forward']]);
  readonly cases = new Map<string, OrderCase>();
  readonly finals: string[] = [];
  /** Whether anything of the order may have been undone: from then on it must not be confirmed. */
  undone = false;
  /** Compensations that an execution has given up, as the saga remembers them. */
  private readonly givenUp = new Map<string, readonly string[]>();
  private readonly abortedForward = new Set<string>();
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
    if (this.executions.has(this.order.execution)) return;
    this.executions.set(this.order.execution, entry === 'compensate' ? 'compensating' : 'forward');
    if (entry === 'compensate') this.undone = true;
  }

  openCases(): readonly OrderCase[] {
    return [...this.cases.values()].filter(({ status }) => status === 'OPEN');
  }

  private openCase(step: string, execution: string): void {
    const failure = { orderId, step, execution, error: 'Error', cause: '', stateMachineArn: 'arn:saga' };
    const about = { now: this.now(), redriveFunction: 'redrive' };
    const decision = decideCase(this.cases.get(caseIdOf(orderId, step)), failure, about);
    if (decision.kind === 'open') this.cases.set(decision.opened.caseId, decision.opened);
  }

  private closeCase(known: OrderCase | undefined): void {
    const current = known && this.cases.get(known.caseId);
    if (current?.count === known?.count && current) this.cases.set(current.caseId, { ...current, status: 'CLOSED' });
  }

  cancel(): void {
    const decision = decideCancellation(stored(this.order), clientId, this.now());
    if (decision.kind === 'cancel') this.become(decision.order);
  }

  /** The pivot, also as a late invocation of an execution that was aborted on its way forward. */
  confirm(name: string): void {
    const phase = this.executions.get(name);
    if (phase !== 'forward' && !(phase === 'failed' && this.abortedForward.has(name))) return;
    const decision = decideConfirmation(this.order, name, this.now());
    if (phase === 'failed' && name !== this.order.execution) expect(decision.kind).not.toBe('confirm');
    if (this.undone) expect(decision.kind).not.toBe('confirm');
    if (decision.kind === 'confirm') this.become(decision.order);
    if (phase !== 'forward') return;
    if (decision.kind === 'refuse') this.turn(name);
    else this.executions.set(name, 'ended');
  }

  turn(name: string): void {
    if (this.executions.get(name) !== 'forward') return;
    this.executions.set(name, 'compensating');
    this.undone = true;
  }

  /** A compensation keeps failing; also as a late invocation of park-case, when the execution is no longer compensating. */
  giveUp(name: string, step: string): void {
    const phase = this.executions.get(name);
    if (phase === undefined || phase === 'forward') return;
    const already = this.givenUp.get(name) ?? [];
    if (phase !== 'compensating' && !already.includes(step)) return;
    const decision = decideParking(this.order, { step, execution: name, reason: 'keeps failing' });
    if (decision.kind !== 'nothing') this.openCase(step, name);
    if (!already.includes(step)) this.givenUp.set(name, [...already, step]);
  }

  close(name: string): void {
    if (this.executions.get(name) !== 'compensating') return;
    const parked = this.givenUp.get(name) ?? [];
    const decision = decideClosing(this.order, { execution: name, parked, reason: 'a step refused' }, this.now());
    if (decision.kind !== 'nothing') this.become(decision.order);
    this.executions.set(name, 'ended');
  }

  /** park-case may die between its two writes; the saga calls it again, or fails as a whole. */
  parkPivot(name: string, dies: Deaths): void {
    if (this.executions.get(name) !== 'forward') return;
    const decision = decideParking(this.order, { step: 'confirm', execution: name, reason: 'keeps failing' });
    if (decision.kind !== 'nothing') this.openCase('confirm', name);
    if (dies === 'after-first') return;
    this.executions.set(name, 'ended');
    if (decision.kind === 'open-case-and-park') this.become(decision.order);
  }

  /** Step Functions reports a failure at least once, at any time after it. */
  fail(name: string, dies: Deaths = 'never'): void {
    const phase = this.executions.get(name);
    if (phase === 'ended' || phase === undefined) return;
    if (phase === 'forward') this.abortedForward.add(name);
    this.executions.set(name, 'failed');
    const decision = decideRecovery(this.order, parseExecutionName(name)?.number ?? -1, 'aborted');
    if (decision.kind === 'nothing') return;
    if (decision.kind === 'park') this.openCase('compensate', name);
    if (decision.kind === 'park' && dies === 'after-first') return;
    this.become(decision.order);
    if (decision.kind === 'park') return;
    if (dies !== 'after-first') this.start('compensate');
    if (dies === 'never') this.closeCase(this.cases.get(caseIdOf(orderId, 'confirm')));
  }

  redrive(step: string, dies: Deaths = 'never'): void {
    const known = this.cases.get(caseIdOf(orderId, step));
    if (known?.status !== 'OPEN') return;
    const decision = decideRedrive(this.order, known);
    if (decision.kind === 'refuse') return;
    if (decision.kind !== 'resolved') {
      this.become(decision.order);
      if (dies === 'after-first') return;
      this.start(decision.entry);
      if (dies === 'after-second') return;
    }
    this.closeCase(known);
  }

  /** Lets everything go well that is under way, until the order has ended or waits for an operator. */
  settle(): void {
    for (let round = 0; round <= maximumRecoveries; round += 1) {
      const { execution } = this.order;
      if (this.executions.get(execution) === undefined) for (const step of steps) this.redrive(step);
      if (this.executions.get(execution) === undefined) this.fail(this.predecessor());
      if (this.executions.get(execution) === 'failed') this.fail(execution);
      this.confirm(this.order.execution);
      this.close(this.order.execution);
    }
  }

  private predecessor(): string {
    const number = parseExecutionName(this.order.execution)?.number ?? 0;
    return executionName(orderId, Math.max(0, number - 1));
  }
}

const steps = ['release', 'refund', 'recall', 'confirm', 'compensate'] as const;
const names = fc.nat({ max: 5 }).map((number) => executionName(orderId, number));
const deaths = fc.constantFrom<Deaths>('never', 'never', 'never', 'after-first', 'after-second');
// Mostly the current execution, because most of what happens to another one changes nothing.
const anyone = fc.oneof(
  { weight: 4, arbitrary: fc.constant((world: World) => world.order.execution) },
  { weight: 1, arbitrary: names.map((name) => () => name) },
);
const compensation = fc.constantFrom('release', 'refund', 'recall');
const happening = (weight: number, arbitrary: fc.Arbitrary<(world: World) => void>) => ({ weight, arbitrary });
const event = fc.oneof(
  happening(
    1,
    fc.constant((world) => world.cancel()),
  ),
  happening(
    1,
    anyone.map((of) => (world) => world.confirm(of(world))),
  ),
  happening(
    2,
    anyone.map((of) => (world) => world.turn(of(world))),
  ),
  happening(
    6,
    fc.tuple(anyone, compensation).map(
      ([of, step]) =>
        (world) =>
          world.giveUp(of(world), step),
    ),
  ),
  happening(
    3,
    anyone.map((of) => (world) => world.close(of(world))),
  ),
  happening(
    3,
    fc.tuple(anyone, deaths).map(
      ([of, dies]) =>
        (world) =>
          world.parkPivot(of(world), dies),
    ),
  ),
  happening(
    2,
    fc.tuple(anyone, deaths).map(
      ([of, dies]) =>
        (world) =>
          world.fail(of(world), dies),
    ),
  ),
  happening(
    6,
    fc.tuple(fc.nat({ max: 4 }), deaths).map(([which, dies]) => (world) => {
      const open = world.openCases();
      world.redrive(open[which % open.length]?.step ?? 'none', dies);
    }),
  ),
);
const histories = fc.array(event, { minLength: 5, maxLength: 40, size: 'max' });
const runs = { numRuns: 1000 };

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

  it('never waits for an operator without an open case that the operator can redrive', () => {
    fc.assert(
      fc.property(histories, (events) => {
        const world = new World();
        for (const happen of events) {
          happen(world);
          const { status, parked = [] } = world.order;
          const waiting = world.openCases().filter(({ step }) => parked.includes(step));
          if (status === 'PARKED') expect(waiting).not.toEqual([]);
        }
      }),
      runs,
    );
  });

  it('is never confirmed once anything of it may have been undone', () => {
    // The expectation is the world's own, at every confirmation.
    fc.assert(
      fc.property(histories, (events) => {
        const world = new World();
        for (const happen of events) happen(world);
        for (const step of steps) world.redrive(step);
        world.confirm(world.order.execution);

        expect(world.undone && world.order.status === 'CONFIRMED').toBe(false);
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
          world.settle();
          for (const step of steps) world.redrive(step);
        }
        world.settle();

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

describe('a compensation that is given up', () => {
  const refund = (execution: string) => ({ step: 'refund', execution, reason: 'the provider is down' });

  it.each(['REJECTED', 'CANCELLED'] as const)(
    'opens a case for a %s order when it undoes what another region did, and none when the order has ended before',
    (status) => {
      const order = placedOrder({ status });

      expect(decideParking(order, refund(`${orderId}.u1`))).toEqual({ kind: 'open-case' });
      expect(decideParking(order, refund(orderId))).toMatchObject({ kind: 'nothing' });
    },
  );

  it('takes over the case of whatever execution decided about the order', () => {
    const failure = { orderId, step: 'refund', error: 'Down', cause: '', stateMachineArn: 'arn:aws:states:1' };
    const terms = { now: new Date('2026-11-23T08:00:00Z'), redriveFunction: 'redrive:live' };
    const first = decideCase(undefined, { ...failure, execution: `${orderId}.c3` }, terms);
    if (first.kind !== 'open') throw new Error('expected an open case');

    const closed = { ...first.opened, status: 'CLOSED' as const };
    expect(decideCase(closed, { ...failure, execution: `${orderId}.u1` }, terms)).toMatchObject({
      ...{ kind: 'open', opened: { execution: `${orderId}.u1`, count: 2, status: 'OPEN' } },
    });
  });

  it('finds order and kind in the name of its execution', () => {
    const name = executionName(orderId, firstUndoing + 1);

    expect([name, parseExecutionName(name)]).toEqual([`${orderId}.u2`, { orderId, number: firstUndoing + 1 }]);
    expect([name, `${orderId}.c9999`, orderId].map(isUndoing)).toEqual([true, false, false]);
  });
});

const openCase = (step: string, execution = orderId) => ({ caseId: 'one', step, execution });

describe('a redrive', () => {
  it('waits for the execution that is under way', () => {
    expect(decideRedrive(placedOrder(), openCase('refund'))).toMatchObject({ kind: 'refuse' });
  });

  it('resumes at the pivot when the pivot was parked, and undoes everything otherwise', () => {
    const [pivot, refund] = ['confirm', 'refund'].map((step) =>
      decideRedrive(placedOrder({ status: 'PARKED', parked: [step] }), openCase(step)),
    );

    expect(pivot).toMatchObject({ kind: 'start', entry: 'confirm' });
    expect(refund).toMatchObject({ kind: 'start', entry: 'compensate' });
  });

  it.each([
    ['the pivot', 'confirm'],
    ['a compensation that has succeeded meanwhile', 'refund'],
  ])('has nothing to do for a case of %s when the order waits with something else', (_, step) => {
    const undone = placedOrder({ status: 'PARKED', parked: ['recall'] });

    expect(decideRedrive(undone, openCase(step))).toEqual({
      kind: 'resolved',
      why: `the order was taken on without "${step}" and waits with recall now; redrive that case instead`,
    });
  });

  it('puts the order back to where it stood, a cancellation included', () => {
    const cancelled = placedOrder({ status: 'PARKED', parked: ['refund'], cancelRequestedAt: '2026-11-23T08:00:01Z' });

    const decision = decideRedrive(cancelled, openCase('refund'));

    expect(decision).toMatchObject({
      order: { status: 'CANCELLING', execution: `${orderId}.c1`, redrivenCase: 'one' },
    });
    expect(decision.kind === 'start' && decision.order.parked).toBeUndefined();
  });

  it('starts the same execution again when its answer was lost', () => {
    const order = placedOrder({ execution: `${orderId}.c1`, redrivenCase: 'one' });

    expect(decideRedrive(order, openCase('refund'))).toEqual({ kind: 'start-again', order, entry: 'compensate' });
  });

  it.each(['REJECTED', 'CANCELLED'] as const)(
    'undoes a %s order once more when the case is of what another region did for it, under the same name each time',
    (status) => {
      const order = placedOrder({ status });
      const again = { ...order, execution: `${orderId}.u2` };

      expect(decideRedrive(order, openCase('refund', `${orderId}.u1`))).toEqual({
        ...{ kind: 'start-again', entry: 'compensate', order: again },
      });
      expect(decideRedrive(order, openCase('refund'))).toMatchObject({ kind: 'resolved' });
    },
  );

  it('waits for the execution that it started itself, once that has given up and opened the case again', () => {
    const order = placedOrder({ execution: `${orderId}.c1`, redrivenCase: 'one' });

    expect(decideRedrive(order, openCase('refund', `${orderId}.c1`))).toMatchObject({
      kind: 'refuse',
      why: expect.stringContaining(`execution ${orderId}.c1 is under way`),
    });
  });
});

describe('a case', () => {
  const about = { now: new Date('2026-11-23T08:00:00Z'), redriveFunction: 'redrive' };
  const failure = (execution: string) =>
    ({ orderId, step: 'refund', execution, error: 'Error', cause: '', stateMachineArn: 'arn:saga' }) as const;
  const opened = (execution: string): OrderCase => {
    const decision = decideCase(undefined, failure(execution), about);
    if (decision.kind !== 'open') throw new Error('expected a case');
    return decision.opened;
  };

  it('is opened once by an execution, however often that reports it', () => {
    expect(decideCase(opened(orderId), failure(orderId), about)).toEqual({ kind: 'already' });
  });

  it('is opened again when it was closed, also for the same execution', () => {
    const closed: OrderCase = { ...opened(orderId), status: 'CLOSED' };

    expect(decideCase(closed, failure(orderId), about)).toMatchObject({ kind: 'open', opened: { count: 2 } });
  });

  it('tells of the latest execution: an older one that reports late changes nothing', () => {
    expect(decideCase(opened(`${orderId}.c2`), failure(`${orderId}.c1`), about)).toEqual({ kind: 'already' });
    expect(decideCase(opened(`${orderId}.c1`), failure(`${orderId}.c2`), about)).toMatchObject({ kind: 'open' });
  });
});

describe('parking', () => {
  it.each(['refund', 'confirm'])('opens no case for %s when another execution has taken over', (step) => {
    const order = placedOrder({ execution: `${orderId}.c1` });

    expect(decideParking(order, { step, execution: orderId, reason: 'keeps failing' })).toEqual({
      kind: 'nothing',
      why: `superseded by execution ${orderId}.c1`,
    });
  });
});
