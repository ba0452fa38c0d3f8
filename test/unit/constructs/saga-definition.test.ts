import { sagaDefinition } from '../../../lib/constructs/saga-definition';
import { type SagaCall, type SagaPlan, SagaPlanError, type SagaStepPlan } from '../../../lib/constructs/saga-plan';

const retry = { attempts: 2, intervalSeconds: 1, maximumIntervalSeconds: 60 };
const call = (name: string): SagaCall => ({
  name,
  functionArn: `arn:aws:lambda:eu-west-1:111111111111:function:${name}:live`,
  timeoutSeconds: 30,
  retry,
});
const queued = (name: string) => ({
  name,
  queueUrl: 'https://sqs/charges.fifo',
  command: { type: 'payments.ChargePayment.v1', fields: ['orderId', 'totalMinor'] },
  timeoutSeconds: 900,
  retry,
});
const steps: readonly SagaStepPlan[] = [
  { ...call('reserve'), compensation: call('release') },
  { ...queued('charge'), compensation: call('refund') },
  call('label'),
  { ...call('ship'), compensation: call('recall') },
  call('confirm'),
  call('thank'),
];
const plan = (changes: Partial<SagaPlan> = {}): SagaPlan => ({
  steps,
  dataFields: ['orderId', 'totalMinor', 'shipTo'],
  pivot: 'confirm',
  park: call('park'),
  close: call('close'),
  subjectKind: 'order',
  source: '/tenfold/ordering',
  region: 'eu-west-1',
  partition: 'aws',
  ...changes,
});

interface Rule {
  readonly Condition: string;
  readonly Next: string;
  readonly Assign?: unknown;
}

interface ReadableState {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices: readonly Rule[];
  readonly Catch: readonly Rule[];
  readonly Retry: readonly unknown[];
  readonly Arguments: Readonly<Record<string, unknown>>;
}

const absent = { Choices: [], Catch: [], Retry: [], Arguments: {} };
const stateOf = (name: string): ReadableState =>
  JSON.parse(JSON.stringify({ ...absent, ...sagaDefinition(plan()).States[name] }));
const onOutcome = (step: string, outcome: string) =>
  stateOf(`${step} decided`).Choices.find(({ Condition }) => Condition.includes(`"${outcome}"`))?.Next;
const onError = (step: string) => stateOf(step).Catch[0]?.Next;

/** Where a chain leads when everything it calls succeeds. */
const chainFrom = (name: string | undefined): readonly string[] => {
  if (name === undefined) return [];
  const { Type, Next, Choices } = stateOf(name);
  const follow = Type === 'Choice' ? Choices[0]?.Next : Next;
  return Type === 'Choice' ? chainFrom(follow) : [name, ...chainFrom(follow)];
};

describe('sagaDefinition', () => {
  it('goes forward through the steps in order', () => {
    const [forward] = stateOf('enter').Choices;
    expect(chainFrom(forward?.Next)).toEqual(['reserve', 'charge', 'label', 'ship', 'confirm', 'thank', 'done']);
  });

  it('undoes everything in reverse order when compensation is started from outside', () => {
    const [, compensate] = stateOf('enter').Choices;
    expect(chainFrom(compensate?.Next)).toEqual(['recall', 'refund', 'release', 'close']);
  });

  it.each([
    ['reserve', ['close']],
    ['charge', ['release', 'close']],
    ['label', ['refund', 'release', 'close']],
    ['ship', ['refund', 'release', 'close']],
    ['confirm', ['recall', 'refund', 'release', 'close']],
  ])('undoes only what came before when %s refuses', (step, chain) => {
    expect(chainFrom(onOutcome(step, 'refused'))).toEqual(chain);
  });

  it.each([
    ['reserve', ['release', 'close']],
    ['charge', ['refund', 'release', 'close']],
    ['label', ['refund', 'release', 'close']],
    ['ship', ['recall', 'refund', 'release', 'close']],
  ])('undoes %s, too, when it failed, because it may have happened', (step, chain) => {
    expect(chainFrom(onError(step))).toEqual(chain);
    expect(chainFrom(stateOf(`${step} decided`).Default)).toEqual(chain);
  });

  it.each(['confirm', 'thank'])('never undoes anything when %s fails: it is parked', (step) => {
    expect(chainFrom(onError(step))).toEqual([`park ${step}`, 'parked']);
    expect(stateOf(`${step} decided`).Default).toBe(`park ${step}`);
  });

  it('lets no step after the pivot turn the saga round', () => {
    expect(onOutcome('thank', 'refused')).toBeUndefined();
  });

  it.each([
    ['recall', 'refund'],
    ['refund', 'release'],
    ['release', 'close'],
  ])('parks %s when it keeps failing or refuses, and goes on with %s', (compensation, next) => {
    expect(onError(compensation)).toBe(`park ${compensation}`);
    expect(stateOf(`${compensation} decided`).Default).toBe(`park ${compensation}`);
    expect(chainFrom(stateOf(`park ${compensation}`).Next)[0]).toBe(next);
  });

  it('undoes everything, once, whatever turned it round, when another execution may have done any of the steps', () => {
    const [forward, ...others] = stateOf('enter').Choices;
    const end = stateOf('whole chain decided');

    expect(forward?.Assign).toMatchObject({ begunElsewhere: '{% $states.input.begunElsewhere = true %}' });
    for (const { Assign } of others) expect(Assign).toMatchObject({ begunElsewhere: false });
    expect(end.Choices).toEqual([{ Condition: '{% $not($begunElsewhere) %}', Next: 'close' }]);
    expect(chainFrom(end.Default)).toEqual(['recall', 'refund', 'release', 'close']);
    expect(end).toMatchObject({ Assign: { begunElsewhere: false, parked: [] } });
  });

  it('resumes at the pivot or after it, and nowhere else', () => {
    const entries = stateOf('enter').Choices.map(({ Condition }) => /entry = "(\w+)"/.exec(Condition)?.[1]);
    expect(entries).toEqual(['forward', 'compensate', 'confirm', 'thank']);
    expect(stateOf('enter').Default).toBe('unknown entry');
  });

  it('retries with backoff, a cap and jitter, but not what trying again cannot mend', () => {
    for (const name of ['reserve', 'charge', 'release', 'confirm', 'close', 'park refund']) {
      expect(stateOf(name).Retry).toEqual([
        { ErrorEquals: ['SagaRequestError', 'Parked'], MaxAttempts: 0 },
        {
          ErrorEquals: ['States.ALL'],
          MaxAttempts: 2,
          IntervalSeconds: 1,
          BackoffRate: 2,
          MaxDelaySeconds: 60,
          JitterStrategy: 'FULL',
        },
      ]);
    }
  });

  it.each(['release', 'refund', 'recall', 'confirm', 'thank'])('parks %s also for an error without a cause', (name) => {
    expect(stateOf(name).Catch[0]?.Assign).toEqual({
      failure: {
        error: '{% $states.errorOutput.Error %}',
        cause: '{% $exists($states.errorOutput.Cause) ? $states.errorOutput.Cause : "" %}',
      },
    });
  });

  it('sends a command to its entity group, with one id for all tries and one deduplication id for each', () => {
    expect(stateOf('charge').Arguments).toMatchObject({
      QueueUrl: 'https://sqs/charges.fifo',
      MessageGroupId: '{% "order/" & $sagaId %}',
      MessageDeduplicationId:
        '{% $states.context.Execution.Name & "/charge/" & $string($states.context.State.RetryCount) %}',
      MessageBody: {
        specversion: '1.0',
        id: '{% $sagaId & "/charge" %}',
        type: 'payments.ChargePayment.v1',
        subject: '{% "order/" & $sagaId %}',
        tasktoken: '{% $states.context.Task.Token %}',
      },
    });
  });

  it('sends with a command only what its consumer reads', () => {
    expect(stateOf('charge').Arguments['MessageBody']).toMatchObject({
      data: { orderId: '{% $data.orderId %}', totalMinor: '{% $data.totalMinor %}' },
    });
    expect(JSON.stringify(stateOf('charge').Arguments)).not.toContain('shipTo');
  });

  it('has no state that leads nowhere, and none that nothing leads to', () => {
    const { States, StartAt } = sagaDefinition(plan());
    const targets = Object.keys(States).flatMap((name) => {
      const { Next, Default, Choices, Catch } = stateOf(name);
      return [Next, Default, ...Choices.map((rule) => rule.Next), ...Catch.map((rule) => rule.Next)];
    });
    const reached = new Set([StartAt, ...targets.filter((target) => target !== undefined)]);
    expect([...reached].sort()).toEqual(Object.keys(States).sort());
  });

  it.each([
    ['a pivot that is no step', { pivot: 'celebrate' }, 'got "celebrate"'],
    ['a name used twice', { steps: [...steps, call('reserve')] }, '"reserve" is used twice'],
    [
      'a command that carries what the saga does not have',
      { dataFields: ['orderId', 'shipTo'] },
      '"charge" carries totalMinor, which the data of the saga do not have (orderId, shipTo)',
    ],
    ['a compensation of the pivot', { pivot: 'ship' }, '"ship" is the pivot or follows it'],
  ])('refuses %s', (_, changes, message) => {
    expect(() => sagaDefinition(plan(changes))).toThrow(SagaPlanError);
    expect(() => sagaDefinition(plan(changes))).toThrow(message);
  });
});
