import { DescribeExecutionCommand, ExecutionDoesNotExist, type SFNClient } from '@aws-sdk/client-sfn';
import type { ExecutionStatus, SagaExecutions } from './saga-executions.port';

/** Executions of a Step Functions state machine, without their data. */
export class StepFunctionsSagaExecutions implements SagaExecutions {
  private readonly arnPrefix: string;

  constructor(
    private readonly client: SFNClient,
    stateMachineArn: string,
  ) {
    this.arnPrefix = stateMachineArn.replace(':stateMachine:', ':execution:');
  }

  async statusOf(name: string): Promise<ExecutionStatus | undefined> {
    // Their data are encrypted, and nobody here needs them.
    const describe = { executionArn: `${this.arnPrefix}:${name}`, includedData: 'METADATA_ONLY' } as const;
    try {
      const { status } = await this.client.send(new DescribeExecutionCommand(describe));
      if (status === 'SUCCEEDED') return 'succeeded';
      return status === 'RUNNING' || status === 'PENDING_REDRIVE' ? 'running' : 'failed';
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist) return undefined;
      throw error;
    }
  }
}
