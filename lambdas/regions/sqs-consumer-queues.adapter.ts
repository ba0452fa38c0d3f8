import { GetQueueAttributesCommand, type QueueAttributeName, type SQSClient } from '@aws-sdk/client-sqs';
import type { ConsumerQueues } from './consumer-queues.port';

const counts: readonly QueueAttributeName[] = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesDelayed',
  'ApproximateNumberOfMessagesNotVisible',
];

/** A queue did not say how many messages it has. */
export class QueueCountError extends Error {
  override readonly name = 'QueueCountError';
}

/** Consumers' queues in SQS, whose counts are approximate. */
export class SqsConsumerQueues implements ConsumerQueues {
  constructor(
    private readonly client: SQSClient,
    /** By consumer. */
    private readonly queueUrls: { readonly [consumer: string]: string },
  ) {}

  /** @throws QueueCountError */
  async waiting(): Promise<ReadonlyMap<string, number>> {
    const entries = Object.entries(this.queueUrls).map(
      async ([consumer, queueUrl]) => [consumer, await this.messagesOf(queueUrl)] as const,
    );
    return new Map(await Promise.all(entries));
  }

  private async messagesOf(QueueUrl: string): Promise<number> {
    const { Attributes = {} } = await this.client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...counts] }),
    );
    const sum = counts.reduce((total, name) => total + Number(Attributes[name]), 0);
    // What is not known is not zero: the region would be let back in too early.
    if (Number.isNaN(sum)) throw new QueueCountError(`${QueueUrl} has answered ${JSON.stringify(Attributes)}`);
    return sum;
  }
}
