import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import type { OrderSagas } from '../../../lambdas/ordering/order-sagas.port';
import { type SagaStart, sagaStartOf } from '../../../lambdas/ordering/saga-execution';
import { StepFunctionsOrderSagas } from '../../../lambdas/ordering/step-functions-order-sagas.adapter';
import { eventually } from '../../integration/eventually';
import { InMemoryOrderSagas, placedOrder } from '../../unit/ordering/fixtures';
import { type TemporaryStateMachine, temporaryStateMachine } from '../temporary-state-machine';

let number = 0;
const newStart = (): SagaStart => {
  number += 1;
  return { ...sagaStartOf(placedOrder(), 'forward'), name: `execution-${process.pid}-${number}` };
};

interface SagasUnderTest {
  readonly sagas: OrderSagas;
  /** Resolves when the named execution has ended. */
  readonly ended: (name: string) => Promise<unknown>;
}

const orderSagasContract = (name: string, start: () => SagasUnderTest): void => {
  describe(`${name} start each execution once`, () => {
    it('starts one execution for many equal requests at once', async () => {
      const { sagas } = start();
      const saga = newStart();

      const answers = await Promise.all([1, 2, 3].map(() => sagas.start(saga)));

      expect(answers).toContain('started');
    });

    it('says of an execution that has ended that it was started already', async () => {
      const { sagas, ended } = start();
      const saga = newStart();
      expect(await sagas.start(saga)).toBe('started');
      await ended(saga.name);

      expect(await sagas.start(saga)).toBe('already-started');
    });

    it('starts another execution under another name', async () => {
      const { sagas } = start();
      const saga = newStart();

      expect(await sagas.start(saga)).toBe('started');
      expect(await sagas.start({ ...saga, name: `${saga.name}.c1` })).toBe('started');
    });
  });
};

orderSagasContract('the sagas in memory', () => ({ sagas: new InMemoryOrderSagas(), ended: async () => undefined }));

describe('on Step Functions', () => {
  let machine: TemporaryStateMachine;
  beforeAll(async () => {
    machine = await temporaryStateMachine('order-sagas', { Type: 'Succeed' });
  });
  afterAll(() => machine.remove());

  it('says of an execution that runs for long that it was started already', async () => {
    const waiting = await temporaryStateMachine('long-sagas', { Type: 'Wait', Seconds: 30 });
    try {
      const saga = newStart();
      const later = { now: () => new Date(Date.now() + 3_600_000) };
      await new StepFunctionsOrderSagas(waiting.client, waiting.stateMachineArn).start(saga);

      const sagas = new StepFunctionsOrderSagas(waiting.client, waiting.stateMachineArn, later);

      expect(await sagas.start(saga)).toBe('already-started');
    } finally {
      await waiting.remove();
    }
  });

  orderSagasContract('the executions of a state machine', () => ({
    sagas: new StepFunctionsOrderSagas(machine.client, machine.stateMachineArn),
    ended: (name) => {
      const executionArn = `${machine.stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
      return eventually(
        () => machine.client.send(new DescribeExecutionCommand({ executionArn })),
        ({ status }) => status !== 'RUNNING',
      );
    },
  }));
});
