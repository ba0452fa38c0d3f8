import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { FailedExecutions } from '../../../lambdas/ordering/failed-executions.port';
import { StepFunctionsFailedExecutions } from '../../../lambdas/ordering/step-functions-failed-executions.adapter';
import { eventually } from '../../integration/eventually';
import { InMemoryFailedExecutions } from '../../unit/ordering/fixtures';
import { type TemporaryStateMachine, temporaryStateMachine } from '../temporary-state-machine';

interface FailuresUnderTest {
  readonly executions: FailedExecutions;
  /** Has executions of these names fail now. */
  readonly fail: (...names: readonly string[]) => Promise<unknown>;
}

const minuteMilliseconds = 60_000;
const namesSince = async (executions: FailedExecutions, since: Date): Promise<readonly string[]> => {
  const names: string[] = [];
  for await (const page of executions.endedSince(since)) names.push(...page.map(({ name }) => name));
  return names;
};

const failedExecutionsContract = (name: string, start: () => FailuresUnderTest): void => {
  describe(`${name} are listed`, () => {
    it('by the time of their end, through all pages', async () => {
      const { executions, fail } = start();
      const names = ['one', 'two', 'three'].map((which) => `${which}-${process.pid}`);
      await fail(...names);

      const aMinuteAgo = new Date(Date.now() - minuteMilliseconds);
      const listed = await eventually(
        () => namesSince(executions, aMinuteAgo),
        ({ length }) => length >= names.length,
      );

      expect([...listed].sort()).toEqual([...names].sort());
      expect(await namesSince(executions, new Date(Date.now() + minuteMilliseconds))).toEqual([]);
    });
  });
};

failedExecutionsContract('the failed executions in memory', () => {
  const executions = new InMemoryFailedExecutions();
  const fail = async (...names: readonly string[]) => {
    for (const name of names)
      executions.add({ executionArn: name, stateMachineArn: 'arn:saga', name, status: 'FAILED' }, new Date());
  };
  return { executions, fail };
});

describe('on Step Functions', () => {
  let machine: TemporaryStateMachine;
  beforeAll(async () => {
    machine = await temporaryStateMachine('failed-executions', { Type: 'Fail', Error: 'Broken' });
  });
  afterAll(() => machine.remove());

  failedExecutionsContract('the failed executions of a state machine', () => ({
    executions: new StepFunctionsFailedExecutions(machine.client, machine.stateMachineArn, 2),
    fail: (...names) =>
      Promise.all(
        names.map((name) =>
          machine.client.send(new StartExecutionCommand({ stateMachineArn: machine.stateMachineArn, name })),
        ),
      ),
  }));
});
