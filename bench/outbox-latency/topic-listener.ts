import { SNSClient, SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { z } from 'zod';
import type { DeployedSystem } from '../../drills/harness/deployed-system';
import { clientConfig } from '../../local/deployment/aws-clients';

const wire = z.object({ id: z.string(), subject: z.string(), sequence: z.int() });

/** An event as it came out of the topic. */
export interface HeardEvent extends z.output<typeof wire> {
  /** When the topic handed it to the queue, milliseconds since the epoch. */
  readonly publishedAt: number;
}

/** Hears one type of event on the store's topic; its queue is gone when its scope ends (`await using`). */
export interface TopicListener extends AsyncDisposable {
  /**
   * Takes what the queue holds until so many events were heard in all, or time is up. Not called while latency is measured:
   * the queue keeps the times, and receiving would load the emulator.
   * @returns everything heard so far, in the order of delivery
   */
  hear(count: number, deadlineMilliseconds: number): Promise<readonly HeardEvent[]>;
}

const allowTopic = (queueArn: string, topicArn: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queueArn,
        Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
      },
    ],
  });

/** Subscribes a queue of its own to the topic of the store. */
export const listenTo = async ({ cloud, sqs }: DeployedSystem, type: string): Promise<TopicListener> => {
  const topicArn = cloud.outputs.get('BackboneData', 'EventsTopicArn');
  const sns = new SNSClient(clientConfig(cloud));
  const { QueueUrl = '' } = await sqs.send(
    new CreateQueueCommand({ QueueName: `bench-${process.pid}.fifo`, Attributes: { FifoQueue: 'true' } }),
  );
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const queueArn = Attributes?.['QueueArn'] ?? '';
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: allowTopic(queueArn, topicArn) } }));
  const { SubscriptionArn } = await sns.send(
    new SubscribeCommand({
      TopicArn: topicArn,
      Protocol: 'sqs',
      Endpoint: queueArn,
      ReturnSubscriptionArn: true,
      Attributes: { RawMessageDelivery: 'true', FilterPolicy: JSON.stringify({ type: [type] }) },
    }),
  );

  const heard: HeardEvent[] = [];
  const receive = async (): Promise<void> => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 1,
        MessageSystemAttributeNames: ['SentTimestamp'],
      }),
    );
    if (Messages.length === 0) return;
    for (const { Body = '', Attributes: told } of Messages) {
      heard.push({ ...wire.parse(JSON.parse(Body)), publishedAt: Number(told?.SentTimestamp) });
    }
    const Entries = Messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  };
  return {
    hear: async (count, deadlineMilliseconds) => {
      const deadline = performance.now() + deadlineMilliseconds;
      while (heard.length < count && performance.now() < deadline) await receive();
      return heard;
    },
    [Symbol.asyncDispose]: async () => {
      await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
      await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    },
  };
};
