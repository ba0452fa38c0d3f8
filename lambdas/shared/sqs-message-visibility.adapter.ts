import { ChangeMessageVisibilityBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { MessageVisibility } from './message-visibility.port';

/** Entries an SQS batch call takes. */
const MAX_ENTRIES = 10;

/** Changes the visibility of messages in one SQS queue. */
export class SqsMessageVisibility implements MessageVisibility {
  constructor(
    private readonly client: SQSClient,
    private readonly queueUrl: string,
  ) {}

  async postpone(receiptHandles: readonly string[], seconds: number): Promise<void> {
    for (let start = 0; start < receiptHandles.length; start += MAX_ENTRIES) {
      const Entries = receiptHandles
        .slice(start, start + MAX_ENTRIES)
        .map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle, VisibilityTimeout: seconds }));
      await this.client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: this.queueUrl, Entries }));
    }
  }
}
