import { ExecutionAlreadyExists, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Clock } from '../shared/clock.port';
import { systemClock } from '../shared/system-clock.adapter';
import type { OrderSagas } from './order-sagas.port';
import type { SagaStart } from './saga-execution';

/** An execution that began so long before it was asked for was not started by this request, whatever the clocks say. */
const alreadyMilliseconds = 60_000;

/** The order saga as a Step Functions Standard state machine, whose execution names are unique for 90 days. */
export class StepFunctionsOrderSagas implements OrderSagas {
  constructor(
    private readonly client: SFNClient,
    private readonly stateMachineArn: string,
    private readonly clock: Clock = systemClock,
  ) {}

  async start({ name, input }: SagaStart): Promise<'started' | 'already-started'> {
    const { stateMachineArn, clock } = this;
    const asked = clock.now().getTime();
    try {
      const start = new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) });
      const { startDate } = await this.client.send(start);
      // An equal request while the execution runs is answered as if it had started it, with the execution's own date.
      const isOlder = startDate !== undefined && asked - startDate.getTime() > alreadyMilliseconds;
      return isOlder ? 'already-started' : 'started';
    } catch (error) {
      // Only answered once the execution has ended, or when its input differs: either way it has been started.
      if (error instanceof ExecutionAlreadyExists) return 'already-started';
      throw error;
    }
  }
}
