import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { CanaryJudge } from './canary-judge.port';
import { type Judgement, recordedVerdict } from './judge-canary.contract';
import type { Rollout } from './rollouts.port';

/** One execution of a Standard state machine for each rollout, named after it: its output is the record. */
export class StepFunctionsCanaryJudge implements CanaryJudge {
  constructor(
    private readonly client: SFNClient,
    private readonly stateMachineArn: string,
  ) {}

  async start(rollout: Rollout, from: Date): Promise<void> {
    const { stateMachineArn } = this;
    const input = JSON.stringify({ ...rollout, from: from.toISOString() } satisfies Judgement);
    try {
      await this.client.send(new StartExecutionCommand({ stateMachineArn, name: rollout.deploymentId, input }));
    } catch (error) {
      // A hook that was called twice has started it before.
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
    }
  }

  async verdictOf(deploymentId: string): ReturnType<CanaryJudge['verdictOf']> {
    const executionArn = `${this.stateMachineArn.replace(':stateMachine:', ':execution:')}:${deploymentId}`;
    try {
      const { status, output } = await this.client.send(new DescribeExecutionCommand({ executionArn }));
      if (status === 'RUNNING') return 'not-yet';
      if (status !== 'SUCCEEDED' || output === undefined) return 'failed';
      return recordedVerdict.parse(JSON.parse(output)).verdict;
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist) return 'none';
      throw error;
    }
  }
}
