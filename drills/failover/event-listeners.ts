import { SNSClient, SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { clientConfig } from '../../local/deployment/aws-clients';
import type { DeployedSystem } from '../harness/deployed-system';

/** An event as a region's topic has told it. */
export interface HeardEvent {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly sequence: number;
  /** The region whose topic told it. */
  readonly region: string;
}

/** Listens to the topic of one region beside its consumers. */
export interface TopicListener {
  /** What was told since the last call. */
  heard(): Promise<readonly HeardEvent[]>;
  /** Takes the listener away again. */
  close(): Promise<void>;
}

const envelope = z.object({ id: z.string(), type: z.string(), subject: z.string(), sequence: z.number() });

/** Puts a queue of the drill's own behind a region's topic of events. @param name part of the queue's name, new in every run */
export const listenTo = async (system: DeployedSystem, name: string): Promise<TopicListener> => {
  const { sqs, cloud } = system;
  const { region } = cloud;
  const sns = new SNSClient(clientConfig(cloud));
  const TopicArn = cloud.outputs.get('BackboneData', 'EventsTopicArn');
  const policy = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: '*',
        Condition: { ArnEquals: { 'aws:SourceArn': TopicArn } },
      },
    ],
  };
  const { QueueUrl = '' } = await sqs.send(
    new CreateQueueCommand({
      QueueName: `drill-${name}.fifo`,
      Attributes: { FifoQueue: 'true', Policy: JSON.stringify(policy), VisibilityTimeout: '120' },
    }),
  );
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const { SubscriptionArn = '' } = await sns.send(
    new SubscribeCommand({
      TopicArn,
      Protocol: 'sqs',
      Endpoint: Attributes?.['QueueArn'],
      Attributes: { RawMessageDelivery: 'true' },
      ReturnSubscriptionArn: true,
    }),
  );
  return {
    heard: async () => {
      const events: HeardEvent[] = [];
      for (;;) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
        );
        if (Messages.length === 0) return events;
        events.push(...Messages.map(({ Body = '' }) => ({ ...envelope.parse(JSON.parse(Body)), region })));
        const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
        await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      }
    },
    close: async () => {
      await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
      await sqs.send(new DeleteQueueCommand({ QueueUrl }));
      sns.destroy();
    },
  };
};
