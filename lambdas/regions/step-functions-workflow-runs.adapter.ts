import { paginateListExecutions, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { clientDefaults } from '../shared/client-defaults';
import type { WorkflowRuns } from './workflow-runs.port';

/** Executions of a Standard state machine, in whichever region it is. */
export class StepFunctionsWorkflowRuns implements WorkflowRuns {
  private readonly client: SFNClient;

  /** @param stateMachineArn its fourth part is the region that is asked */
  constructor(private readonly stateMachineArn: string) {
    const region = stateMachineArn.split(':')[3];
    this.client = new SFNClient({ ...clientDefaults, ...(region !== undefined && { region }) });
  }

  async progressOf(prefix: string): Promise<'none' | 'running' | 'succeeded'> {
    if (await this.has('RUNNING', prefix)) return 'running';
    return (await this.has('SUCCEEDED', prefix)) ? 'succeeded' : 'none';
  }

  async start(name: string, input: { readonly [field: string]: unknown }): Promise<void> {
    const { stateMachineArn } = this;
    await this.client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
  }

  private async has(statusFilter: 'RUNNING' | 'SUCCEEDED', prefix: string): Promise<boolean> {
    const { stateMachineArn, client } = this;
    for await (const { executions = [] } of paginateListExecutions({ client }, { stateMachineArn, statusFilter }))
      if (executions.some(({ name }) => name?.startsWith(`${prefix}.`))) return true;
    return false;
  }
}
