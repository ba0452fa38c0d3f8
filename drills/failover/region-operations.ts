import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import type { DeployedSystem } from '../harness/deployed-system';

/** A workflow of an operator has not come to a good end. */
export class WorkflowError extends Error {
  override readonly name = 'WorkflowError';
}

const fence = z.object({ epoch: z.number(), unfencedAt: z.string().optional() });

const fenceOf = async ({ documents, cloud }: DeployedSystem, region: string) => {
  const TableName = cloud.outputs.get('OrderingData', 'TableName');
  const Key = { pk: `region/${region}`, sk: 'FENCE' };
  const { Item } = await documents.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
  return fence.optional().parse(Item);
};

const runWorkflow = async (
  { stepFunctions, cloud }: DeployedSystem,
  output: 'EvacuateRegionArn' | 'ReturnRegionArn',
  input: object,
  note: (line: string) => void,
): Promise<string> => {
  const startedAt = Date.now();
  const stateMachineArn = cloud.outputs.get('RegionsService', output);
  const { executionArn } = await stepFunctions.send(
    new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }),
  );
  for (;;) {
    const {
      status,
      output: result,
      error,
      cause,
    } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    if (status === 'SUCCEEDED') return `${seconds} s, ${result ?? ''}`;
    if (status !== 'RUNNING')
      throw new WorkflowError(`${output} has ended as ${status ?? ''}: ${error ?? ''} ${cause ?? ''}`);
    note(`under way for ${seconds} s`);
    await sleep(500);
  }
};

/** Evacuates a region to the one of `system`, as `npm run region -- evacuate` does, and answers what that came across. @throws WorkflowError */
export const evacuate = async (
  system: DeployedSystem,
  { region, lossDeclared }: { readonly region: string; readonly lossDeclared: boolean },
  note: (line: string) => void,
): Promise<string> => {
  const epoch = ((await fenceOf(system, region))?.epoch ?? 0) + 1;
  const successor = system.cloud.region;
  const input = { region, successor, epoch, lossDeclared, by: 'drill', reason: 'drill failover' };
  return runWorkflow(system, 'EvacuateRegionArn', input, note);
};

/** Lets a region back in, as `npm run region -- return` does. @throws WorkflowError */
export const giveBack = (system: DeployedSystem, region: string, note: (line: string) => void): Promise<string> =>
  runWorkflow(system, 'ReturnRegionArn', { region }, note);

/** When a region was let back in last, in milliseconds since the epoch. */
export const unfencedAt = async (system: DeployedSystem, region: string): Promise<number> =>
  Date.parse((await fenceOf(system, region))?.unfencedAt ?? '');
