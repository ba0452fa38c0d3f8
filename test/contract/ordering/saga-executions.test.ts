import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { SagaExecutions } from '../../../lambdas/ordering/saga-executions.port';
import { StepFunctionsSagaExecutions } from '../../../lambdas/ordering/step-functions-saga-executions.adapter';
import { eventually } from '../../integration/eventually';
import { InMemoryOrderSagas } from '../../unit/ordering/fixtures';
import { type TemporaryStateMachine, temporaryStateMachine } from '../temporary-state-machine';

interface ExecutionsUnderTest {
  readonly executions: SagaExecutions;
  readonly begin: (name: string) => Promise<unknown>;
}

type Ended = 'running' | 'succeeded' | 'failed';

const sagaExecutionsContract = (name: string, end: Ended, start: () => ExecutionsUnderTest): void => {
  it(`${name}: an execution that was begun is ${end}, and one that was not is unknown`, async () => {
    const { executions, begin } = start();
    const execution = `asked-${end}-${process.pid}`;
    expect(await executions.statusOf(execution)).toBeUndefined();
    await begin(execution);

    const status = await eventually(
      () => executions.statusOf(execution),
      (told) => told === end,
    );

    expect(status).toBe(end);
  });
};

const states = {
  running: { Type: 'Wait', Seconds: 60 },
  succeeded: { Type: 'Succeed' },
  failed: { Type: 'Fail', Error: 'Broken' },
} as const;

describe.each(['running', 'succeeded', 'failed'] as const)('executions that are %s', (end) => {
  sagaExecutionsContract('in memory', end, () => {
    const sagas = new InMemoryOrderSagas();
    const begin = async (name: string) => {
      await sagas.start({ name, input: { entry: 'compensate' } } as Parameters<typeof sagas.start>[0]);
      if (end !== 'running') sagas.ended.set(name, end);
    };
    return { executions: sagas, begin };
  });

  describe('on Step Functions', () => {
    let machine: TemporaryStateMachine;
    beforeAll(async () => {
      machine = await temporaryStateMachine(`saga-executions-${end}`, states[end]);
    });
    afterAll(() => machine.remove());

    sagaExecutionsContract('of a state machine', end, () => {
      const { client, stateMachineArn } = machine;
      return {
        executions: new StepFunctionsSagaExecutions(client, stateMachineArn),
        begin: (name) => client.send(new StartExecutionCommand({ stateMachineArn, name })),
      };
    });
  });
});
