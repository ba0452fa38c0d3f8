import type { WorkflowDefinition, WorkflowState } from '../../../lib/constructs/workflow-definition';
import { evacuationDefinition, returnDefinition } from '../../../lib/contexts/regions/region-workflows';

const arn = (name: string) => `arn:aws:lambda:us-east-1:111111111111:function:${name}:live`;
const functions = {
  ...{
    fence: arn('fence'),
    quiet: arn('quiet'),
    settled: arn('settled'),
    arrival: arn('arrival'),
    unfence: arn('unfence'),
    compare: arn('compare'),
  },
  reconcile: arn('reconcile'),
  adoptOrders: arn('adopt'),
  undoFailedOrders: arn('undo'),
  relays: { ordering: arn('ordering'), payments: arn('payments') },
};
const terms = { partition: 'aws', leaseSeconds: 300 };
const evacuation = evacuationDefinition(functions, terms);
const letBack = returnDefinition(functions, terms);

type Machine = Pick<WorkflowDefinition, 'StartAt' | 'States'>;

/** The machine and those of its Map states. */
const machinesOf = (machine: Machine): readonly Machine[] => [
  machine,
  ...Object.values(machine.States).flatMap(({ ItemProcessor }) => (ItemProcessor ? [ItemProcessor as Machine] : [])),
];
const nextOf = (state: WorkflowState): readonly string[] =>
  [
    state['Next'],
    state['Default'],
    ...((state['Choices'] ?? []) as readonly { Next: string }[]).map(({ Next }) => Next),
  ].filter((next) => typeof next === 'string');

describe.each([
  ['an evacuation', evacuation],
  ['a return', letBack],
] as const)('%s', (_, definition) => {
  it('reaches all of its states, and no others', () => {
    for (const { StartAt, States } of machinesOf(definition)) {
      const reached = new Set([StartAt]);
      for (const name of reached) for (const next of nextOf(States[name] ?? { Type: 'Fail' })) reached.add(next);
      expect([...reached].sort()).toEqual(Object.keys(States).sort());
    }
  });

  it('repeats what fails with jitter, but not what was refused', () => {
    const tasks = machinesOf(definition).flatMap(({ States }) =>
      Object.values(States).filter(({ Type }) => Type === 'Task'),
    );
    expect(tasks.length).toBeGreaterThan(3);
    for (const { Retry } of tasks) {
      expect(Retry).toEqual([
        expect.objectContaining({ ErrorEquals: expect.arrayContaining(['LastHealthyRegionError']), MaxAttempts: 0 }),
        // The successor's own lease has run out: its keeper has five minutes.
        expect.objectContaining({ ErrorEquals: ['RegionFencedError'], MaxAttempts: 5, IntervalSeconds: 60 }),
        expect.objectContaining({ ErrorEquals: ['States.ALL'], JitterStrategy: 'FULL' }),
      ]);
    }
  });
});

it('a region that does not become quiet is given up after the lease whose loss is declared, and five minutes else', () => {
  const waiting = JSON.stringify(evacuation.States['it is quiet']);

  expect(waiting).toContain('$states.input.looks * 5 >= ($lossDeclared ? 360 : 300)');
  expect(evacuation.States['not quiet']).toMatchObject({ Type: 'Fail', Error: 'RegionNotQuietError' });
});

it('a region that answers is not taken over from before what it wrote last is here, and one that is declared lost is', () => {
  const { States } = evacuation;

  expect(States['does it answer']).toMatchObject({
    Choices: [{ Condition: '{% $lossDeclared %}', Next: 'take over rows' }],
    Default: 'begin to await arrival',
  });
  expect(States['await arrival ended']).toMatchObject({
    Choices: [
      { Condition: '{% $states.input.open = 0 %}', Next: 'take over rows' },
      { Next: 'await arrival for too long' },
    ],
    Default: 'await arrival later',
  });
  expect(letBack.States['settle']).toMatchObject({ Next: 'begin to await arrival' });
});

it('a region comes back only when what was taken over has ended, and its replica shows it', () => {
  const { States } = letBack;

  expect(States['await arrival ended']).toMatchObject({ Choices: [{ Next: 'take over rows' }, {}] });
  expect(States['adopt orders ended']).toMatchObject({ Next: 'are rows parked' });
  expect(States['it is settled']).toMatchObject({
    Choices: [{ Next: 'begin to compare replicas' }, { Next: 'not settled' }],
  });
  expect(States['compare replicas ended']).toMatchObject({ Choices: [{ Next: 'begin to reconcile stock' }, {}] });
  expect(States['undo failed orders ended']).toMatchObject({ Next: 'wait until still settled' });
  expect(States['it is still settled']).toMatchObject({
    Choices: [{ Next: 'begin to compare replicas again' }, { Next: 'not still settled' }],
  });
  expect(States['compare replicas again ended']).toMatchObject({ Choices: [{ Next: 'unfence' }, {}] });
});

it.each([
  ['await arrival', 'WritesUnderWayError'],
  ['compare replicas', 'ReplicasDivergentError'],
  ['compare replicas again', 'ReplicasDivergentError'],
])('%s: a replica that does not catch up in ten minutes leaves the region fenced', (name, error) => {
  const { States } = letBack;

  expect(States[`${name} later`]).toEqual({ Type: 'Wait', Seconds: 10, Next: name });
  expect(States[`${name} ended`]).toMatchObject({
    Choices: [
      { Condition: '{% $states.input.open = 0 %}' },
      { Condition: '{% $states.input.passes >= 60 %}', Next: `${name} for too long` },
    ],
    Default: `${name} later`,
  });
  expect(States[`${name} for too long`]).toMatchObject({ Type: 'Fail', Error: error });
});

it('what the region did for failed orders is undone by an evacuation, and to its end by a return once its stock is right', () => {
  expect(evacuation.States['adopt orders ended']).toMatchObject({ Next: 'look for failed orders' });
  expect(JSON.stringify(evacuation.States['undo failed orders'])).toContain('\\"wait\\": false');
  expect(letBack.States['reconcile stock ended']).toMatchObject({ Next: 'look for failed orders' });
  expect(JSON.stringify(letBack.States['undo failed orders'])).toContain('\\"wait\\": true');
});

it('a region stays fenced while rows of it are parked in its successor: nobody would publish them after the fence', () => {
  expect(letBack.States['are rows parked']).toEqual({
    Type: 'Choice',
    Choices: [{ Condition: '{% $sum($rows.parked) > 0 %}', Next: 'rows are parked' }],
    Default: 'wait until settled',
  });
  expect(letBack.States['rows are parked']).toMatchObject({ Type: 'Fail', Error: 'RowsParkedError' });
});

it('a region whose orders do not end stays fenced after twenty minutes', () => {
  expect(JSON.stringify(letBack.States['it is settled'])).toContain('$states.input.looks * 5 >= 1200');
  expect(letBack.States['not settled']).toMatchObject({ Type: 'Fail', Error: 'RegionNotSettledError' });
});
