import {
  CreateQueueCommand,
  DeleteQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { SqsConsumerQueues } from '../../../lambdas/regions/sqs-consumer-queues.adapter';
import { ensureCloud } from '../../../local/cloud';
import { clientConfig } from '../../../local/deployment/aws-clients';

let client: SQSClient;
let queueUrl: string;

beforeAll(async () => {
  client = new SQSClient(clientConfig(await ensureCloud()));
  const created = await client.send(new CreateQueueCommand({ QueueName: `consumer-queues-${process.pid}` }));
  queueUrl = created.QueueUrl ?? '';
}, 120_000);

afterAll(async () => {
  await client.send(new DeleteQueueCommand({ QueueUrl: queueUrl }));
  client.destroy();
});

it('counts messages that wait, that are delayed, and that are being handled', async () => {
  const waiting = async () => [...(await new SqsConsumerQueues(client, { 'test.count': queueUrl }).waiting())];
  const send = (DelaySeconds: number) =>
    client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: 'x', DelaySeconds }));
  expect(await waiting()).toEqual([['test.count', 0]]);

  await send(0);
  await client.send(new ReceiveMessageCommand({ QueueUrl: queueUrl, WaitTimeSeconds: 1 }));
  await send(0);
  await send(60);

  expect(await waiting()).toEqual([['test.count', 3]]);
});
