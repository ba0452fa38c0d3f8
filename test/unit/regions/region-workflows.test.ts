import type { WorkflowDefinition, WorkflowState } from '../../../lib/constructs/workflow-definition';
import { evacuationDefinition, returnDefinition } from '../../../lib/contexts/regions/region-workflows';

const arn = (name: string) => `arn:aws:lambda:us-east-1:111111111111:function:${name}:live`;
const functions = {
  ...{
    fence: arn('fence'),
    quiet: arn('quiet'),
    settled: arn('settled'),
    unfence: arn('unfence'),
    compare: arn('compare'),
  },
  reconcile: arn('reconcile'),
  adoptOrders: arn('adopt'),
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

it('a region comes back only when what was taken over has ended, before its replicas are compared and before its fence is lifted', () => {
  const { States } = letBack;

  expect(States['adopt orders ended']).toMatchObject({ Next: 'wait until settled' });
  expect(States['it is settled']).toMatchObject({ Choices: [{ Next: 'compare replicas' }, { Next: 'not settled' }] });
  expect(States['reconcile stock ended']).toMatchObject({ Next: 'wait until still settled' });
  expect(States['it is still settled']).toMatchObject({
    Choices: [{ Next: 'unfence' }, { Next: 'not still settled' }],
  });
});

it('a region whose orders do not end stays fenced after a quarter of an hour', () => {
  expect(JSON.stringify(letBack.States['it is settled'])).toContain('$states.input.looks * 5 >= 900');
  expect(letBack.States['not settled']).toMatchObject({ Type: 'Fail', Error: 'RegionNotSettledError' });
});
