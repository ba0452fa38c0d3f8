import { randomUUID } from 'node:crypto';
import { CloudWatchLogsClient, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetFunctionConfigurationCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { SNSClient, SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { openRegionTrail } from '../../local/audit/region-trail';
import type { SearchFilter } from '../../local/audit/search-filter';
import { searchTrail } from '../../local/audit/search-trail';
import { clientConfig } from '../../local/deployment/aws-clients';
import { inParallel } from '../../local/in-parallel';
import { deployedStore } from './deployed-store';
import { eventually } from './eventually';
import { type MachineClient, makeMachineClient } from './machine-client';

const store = deployedStore();
/** Above what somebody unknown may read in five minutes, which is 150; on a busy machine 500 take longer than a test may. */
const READS = 200;
const route = 'GET /v1/orders/{orderId}';

interface Finding {
  readonly rule: string;
  readonly actor: { readonly id: string };
  readonly facts: object;
}

/** What the topic of findings tells from now on, about one actor. */
const listen = async (actorId: () => string) => {
  const { cloud, system } = store();
  const sns = new SNSClient(clientConfig(cloud));
  const TopicArn = cloud.outputs.get('AuditStore', 'FindingsTopicArn');
  const { QueueUrl = '' } = await system.sqs.send(new CreateQueueCommand({ QueueName: `findings-${randomUUID()}` }));
  const { Attributes } = await system.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  const Endpoint = Attributes?.['QueueArn'] ?? '';
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: Endpoint },
    ],
  });
  await system.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  const { SubscriptionArn } = await sns.send(
    new SubscribeCommand({
      TopicArn,
      Protocol: 'sqs',
      Endpoint,
      Attributes: { RawMessageDelivery: 'true' },
      ReturnSubscriptionArn: true,
    }),
  );
  const heard: Finding[] = [];
  return {
    heard: async (): Promise<readonly Finding[]> => {
      const { Messages = [] } = await system.sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1, VisibilityTimeout: 600 }),
      );
      heard.push(...Messages.map(({ Body = '' }) => JSON.parse(Body) as Finding));
      return heard.filter(({ actor }) => actor.id === actorId());
    },
    end: async () => {
      await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
      await system.sqs.send(new DeleteQueueCommand({ QueueUrl }));
    },
  };
};

const checkFunction = async (): Promise<string> => {
  const names = await store().system.functionNames('AuditWatch');
  const found = names.find((name) => name.includes('Completeness'));
  if (found === undefined) throw new Error(`no function checks completeness among ${names.join(', ')}`);
  return found;
};

interface Compared {
  readonly expected: number;
  readonly missing: { readonly [route: string]: readonly string[] };
}

const compareMinute = async (atMs: number): Promise<Compared> => {
  const { Payload, FunctionError } = await store().system.lambda.send(
    new InvokeCommand({
      FunctionName: await checkFunction(),
      Qualifier: 'live',
      Payload: JSON.stringify({ minute: new Date(atMs).toISOString() }),
    }),
  );
  const text = Buffer.from(Payload ?? []).toString('utf8');
  if (FunctionError !== undefined) throw new Error(`the comparison failed: ${text}`);
  const [compared] = JSON.parse(text) as readonly Compared[];
  if (compared === undefined) throw new Error('nothing was compared');
  return compared;
};

describe('somebody who is new and reads 200 orders', () => {
  let operator: MachineClient;
  const began = Date.now();

  beforeAll(async () => {
    operator = await makeMachineClient(store().cloud, ['tenfold/orders.read']);
  });
  afterAll(() => operator.remove());

  it('is told of once on the topic, by a finding that names no order', async () => {
    const findings = await listen(() => operator.clientId);
    const { apiUrl } = store().cloud;
    const authorization = `Bearer ${await operator.token()}`;
    const ids = Array.from({ length: READS }, () => randomUUID());

    const statuses = await inParallel(ids, 10, async (id) => {
      const { status } = await fetch(`${apiUrl}/v1/orders/${id}`, { headers: { authorization } });
      return status;
    });
    expect(new Set(statuses)).toEqual(new Set([404]));
    await eventually(findings.heard, (heard) => heard.some(({ rule }) => rule === 'mass-reads'));
    const heard = await findings.heard();
    await findings.end();

    expect(heard.filter(({ rule }) => rule === 'mass-reads')).toHaveLength(1);
    const text = JSON.stringify(heard);
    expect(ids.filter((id) => text.includes(id))).toEqual([]);
  });

  it('has a record for each of the requests that the gateway has logged', async () => {
    const minutes = Array.from(
      { length: Math.floor(Date.now() / 60_000) - Math.floor(began / 60_000) + 1 },
      (_, index) => began + index * 60_000,
    );
    const compared = () => Promise.all(minutes.map(compareMinute));

    const whole = await eventually(compared, (all) => all.every(({ missing }) => Object.keys(missing).length === 0));

    expect(whole.reduce((sum, { expected }) => sum + expected, 0)).toBeGreaterThanOrEqual(READS);
  });

  it('is found by the auditor, each read once, and so is the auditor’s look', async () => {
    const { cloud } = store();
    const trail = await openRegionTrail('local', cloud);
    const from = new Date(began).toISOString();
    const look = async (filter: Partial<SearchFilter>) => {
      const to = new Date(Date.now() + 60_000).toISOString();
      return searchTrail(trail, { action: 'audit.search', actorId: trail.caller, filter: { from, to, ...filter } });
    };

    const { records } = await eventually(
      () => look({ actor: operator.clientId }),
      (found) => found.records.length >= READS,
    );
    expect(records).toHaveLength(READS);
    expect(new Set(records.map(({ outcome, action }) => `${action} ${outcome}`))).toEqual(
      new Set(['order.read not-found']),
    );

    const about = `actor/${operator.clientId}`;
    const looks = await eventually(
      () => look({ action: 'audit.search', subject: about }),
      (found) => found.records.length > 0,
    );
    expect(looks.records[0]).toMatchObject({ class: 'security', actor: { role: 'auditor' }, subject: about });
  });
});

it('names a request that the gateway let through and nobody recorded', async () => {
  const { system, cloud } = store();
  const { Environment } = await system.lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: await checkFunction(), Qualifier: 'live' }),
  );
  const logGroupName = Environment?.Variables?.['ACCESS_LOG_GROUP'] ?? '';
  const at = Date.now();
  const requestId = randomUUID();
  const [method = '', path = ''] = route.split(' ');
  const line = { requestId, time: String(at), method, route: path, status: '200', functionStatus: '200' };
  const logs = new CloudWatchLogsClient(clientConfig(cloud));
  await logs.send(
    new PutLogEventsCommand({
      logGroupName,
      logStreamName: 'access',
      logEvents: [{ timestamp: at, message: JSON.stringify(line) }],
    }),
  );

  expect((await compareMinute(at)).missing[route]).toContain(requestId);
});
