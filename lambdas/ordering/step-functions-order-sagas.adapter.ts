import { ExecutionAlreadyExists, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { OrderSagas } from './order-sagas.port';
import type { SagaStart } from './saga-execution';

/** The order saga as a Step Functions Standard state machine, whose execution names are unique for 90 days. */
export class StepFunctionsOrderSagas implements OrderSagas {
  constructor(
    private readonly client: SFNClient,
    private readonly stateMachineArn: string,
  ) {}

  async start({ name, input }: SagaStart): Promise<'started' | 'already-started'> {
    const { stateMachineArn } = this;
    try {
      await this.client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
      return 'started';
    } catch (error) {
      // Only answered once the execution has ended, or when its input differs: either way it has been started.
      if (error instanceof ExecutionAlreadyExists) return 'already-started';
      throw error;
    }
  }
}
