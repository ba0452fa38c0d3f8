import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeExecutionCommand,
  paginateGetExecutionHistory,
  paginateListExecutions,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { clientConfig, type Place } from '../deployment/aws-clients';
import { WorkflowFailedError } from './region.errors';
import type { WorkflowStart } from './region-plan';

/** States that tell an operator where the work stands; the others are the machine's own. */
const told: ReadonlySet<string> = new Set([
  'fence',
  'is it quiet',
  'settle',
  'await arrival',
  'take over rows',
  'adopt orders',
  'wait until settled',
  'compare replicas',
  'reconcile stock',
  'wait until still settled',
  'compare replicas again',
  'unfence',
]);

const POLL_MS = 1_000;

/** The state machine that evacuates a region or lets one back in. */
export class RegionWorkflow {
  readonly #states: SFNClient;

  constructor(
    place: Place,
    private readonly stateMachineArn: string,
  ) {
    this.#states = new SFNClient(clientConfig(place));
  }

  /** Starts an execution, or answers the one of the same kind that is running. */
  async start({ prefix, input }: Pick<WorkflowStart, 'prefix' | 'input'>, now: Date): Promise<string> {
    const { stateMachineArn } = this;
    const running = { stateMachineArn, statusFilter: 'RUNNING' as const };
    for await (const { executions = [] } of paginateListExecutions({ client: this.#states }, running)) {
      const same = executions.find(({ name }) => name?.startsWith(`${prefix}.`));
      if (same?.executionArn !== undefined) return same.executionArn;
    }
    const name = `${prefix}.${now.getTime()}`;
    const started = await this.#states.send(
      new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }),
    );
    return started.executionArn ?? '';
  }

  /**
   * Tells each state that is entered, once, until the execution has ended, and answers its output.
   * @throws WorkflowFailedError with the error and cause it ended with
   */
  async follow(executionArn: string, note: (line: string) => void): Promise<unknown> {
    const seen = new Set<string>();
    for (;;) {
      const {
        status,
        output = '{}',
        error = '',
        cause = '',
      } = await this.#states.send(new DescribeExecutionCommand({ executionArn }));
      for await (const { events = [] } of paginateGetExecutionHistory({ client: this.#states }, { executionArn }))
        for (const { stateEnteredEventDetails } of events) {
          const name = stateEnteredEventDetails?.name ?? '';
          if (!told.has(name) || seen.has(name)) continue;
          seen.add(name);
          note(name);
        }
      if (status === 'SUCCEEDED') return JSON.parse(output);
      if (status !== 'RUNNING')
        throw new WorkflowFailedError(
          `the workflow has ended as ${status}: ${error} ${cause}\n  it may be started again`,
        );
      await sleep(POLL_MS);
    }
  }
}
