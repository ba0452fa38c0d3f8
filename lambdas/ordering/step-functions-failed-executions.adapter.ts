import { type ExecutionListItem, paginateListExecutions, type SFNClient } from '@aws-sdk/client-sfn';
import type { FailedExecutions } from './failed-executions.port';
import { type FailedExecution, failedStatuses } from './recover-failed-saga.contract';

const dayMilliseconds = 24 * 60 * 60 * 1000;

/**
 * How long before `since` an execution that ended after it may have begun. The saga's time-outs and retries add up to hours;
 * Step Functions lists by the time of the start.
 */
const longestRunMilliseconds = dayMilliseconds;

/**
 * The failed executions of a Step Functions state machine, each status newest first
 * (https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html). The list is eventually consistent, and tells no error and no cause.
 */
export class StepFunctionsFailedExecutions implements FailedExecutions {
  constructor(
    private readonly client: SFNClient,
    private readonly stateMachineArn: string,
    private readonly pageSize = 200,
  ) {}

  async *endedSince(since: Date): AsyncGenerator<readonly FailedExecution[]> {
    const { client, stateMachineArn, pageSize } = this;
    const earliestStart = since.getTime() - longestRunMilliseconds;
    for (const statusFilter of failedStatuses) {
      for await (const { executions = [] } of paginateListExecutions(
        { client, pageSize },
        { stateMachineArn, statusFilter },
      )) {
        yield executions.filter(({ stopDate }) => stopDate !== undefined && stopDate >= since).map(told(statusFilter));
        const oldest = executions.at(-1)?.startDate;
        if (oldest !== undefined && oldest.getTime() < earliestStart) break;
      }
    }
  }
}

const told =
  (status: FailedExecution['status']) =>
  ({ executionArn = '', stateMachineArn = '', name = '' }: ExecutionListItem): FailedExecution => ({
    executionArn,
    stateMachineArn,
    name,
    status,
  });
