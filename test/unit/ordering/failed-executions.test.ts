import { SFNClient } from '@aws-sdk/client-sfn';
import { StepFunctionsFailedExecutions } from '../../../lambdas/ordering/step-functions-failed-executions.adapter';
import { FakeService } from '../shared/fake-service';

const stateMachineArn = 'arn:aws:states:sa-east-1:000000000000:stateMachine:OrderSaga';
const since = new Date('2026-11-21T10:00:00Z');
const seconds = (time: string) => Date.parse(time) / 1000;

const listed = (name: string, started: string, ended: string) => ({
  executionArn: `arn:${name}`,
  stateMachineArn,
  name,
  status: 'FAILED',
  startDate: seconds(started),
  stopDate: seconds(ended),
});

let service: FakeService | undefined;
afterEach(() => service?.stop());

const listOf = async (answer: (request: { statusFilter: string; nextToken?: string }) => object) => {
  service = await FakeService.start((body) => ({ status: 200, body: JSON.stringify(answer(JSON.parse(body))) }));
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new SFNClient({ region: 'sa-east-1', endpoint: service.endpoint, credentials, maxAttempts: 1 });
  const pages = [];
  for await (const page of new StepFunctionsFailedExecutions(client, stateMachineArn, 2).endedSince(since))
    pages.push(page);
  client.destroy();
  return { pages, requests: service.requests.map((body) => JSON.parse(body)) };
};

describe('StepFunctionsFailedExecutions', () => {
  it('lists every kind of failure of its own state machine', async () => {
    const { pages, requests } = await listOf(({ statusFilter }) => ({
      executions: [listed(statusFilter.toLowerCase(), '2026-11-23T09:00:00Z', '2026-11-23T09:01:00Z')],
    }));

    expect(requests).toEqual(
      ['FAILED', 'TIMED_OUT', 'ABORTED'].map((statusFilter) => ({ stateMachineArn, statusFilter, maxResults: 2 })),
    );
    expect(pages.flat().map(({ name, status }) => [name, status])).toEqual([
      ['failed', 'FAILED'],
      ['timed_out', 'TIMED_OUT'],
      ['aborted', 'ABORTED'],
    ]);
  });

  it('goes by when an execution ended, and stops paging where none can have ended since', async () => {
    const { pages, requests } = await listOf(({ statusFilter, nextToken }) => {
      if (statusFilter !== 'FAILED') return { executions: [] };
      return nextToken === undefined
        ? {
            nextToken: 'second',
            executions: [
              listed('new', '2026-11-23T09:00:00Z', '2026-11-23T09:01:00Z'),
              listed('too-old', '2026-11-21T09:00:00Z', '2026-11-21T09:59:59Z'),
            ],
          }
        : {
            nextToken: 'third',
            executions: [
              listed('long', '2026-11-20T23:00:00Z', '2026-11-21T10:00:00Z'),
              listed('ancient', '2026-11-20T09:00:00Z', '2026-11-20T09:01:00Z'),
            ],
          };
    });

    expect(pages.flat().map(({ name }) => name)).toEqual(['new', 'long']);
    expect(requests.map(({ nextToken }) => nextToken)).toEqual([undefined, 'second', undefined, undefined]);
  });
});
