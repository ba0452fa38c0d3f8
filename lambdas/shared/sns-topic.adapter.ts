import { PublishBatchCommand, type PublishBatchCommandOutput, type SNSClient } from '@aws-sdk/client-sns';
import type { Publication, Topic, TopicMessage } from './topic.port';

/** Codes that blame the message. Everything else (access, keys, throttling, no such topic) blames the surroundings. */
const poisonCodes: ReadonlySet<string> = new Set([
  'BatchRequestTooLong',
  'BatchRequestTooLongException',
  'InvalidParameter',
  'InvalidParameterException',
  'InvalidParameterValue',
  'InvalidParameterValueException',
  'ValidationException',
]);

const ATTRIBUTE_NAME = 'type';
const ATTRIBUTE_TYPE = 'String';

const entryOf = ({ id, group, type, body }: TopicMessage, index: number) => ({
  Id: String(index),
  Message: body,
  MessageGroupId: group,
  MessageDeduplicationId: id,
  MessageAttributes: { [ATTRIBUTE_NAME]: { DataType: ATTRIBUTE_TYPE, StringValue: type } },
});

const publicationOf = ({ Successful, Failed }: PublishBatchCommandOutput, index: number): Publication => {
  const id = String(index);
  if (Successful?.some(({ Id }) => Id === id)) return { kind: 'published' };
  const failure = Failed?.find(({ Id }) => Id === id);
  if (!failure) return { kind: 'failed', reason: 'the topic did not answer for it' };
  const poison = failure.SenderFault === true && poisonCodes.has(failure.Code ?? '');
  return { kind: poison ? 'poison' : 'failed', reason: failure.Code ?? 'unknown' };
};

/** An SNS FIFO topic. Limits: https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html */
export class SnsTopic implements Topic {
  readonly maxBytes = 262_144;
  readonly maxMessages = 10;

  constructor(
    private readonly client: SNSClient,
    private readonly topicArn: string,
  ) {}

  sizeOf({ type, body }: TopicMessage): number {
    return Buffer.byteLength(body) + ATTRIBUTE_NAME.length + ATTRIBUTE_TYPE.length + Buffer.byteLength(type);
  }

  async publish(messages: readonly TopicMessage[]): Promise<readonly Publication[]> {
    const PublishBatchRequestEntries = messages.map(entryOf);
    try {
      const output = await this.client.send(
        new PublishBatchCommand({ TopicArn: this.topicArn, PublishBatchRequestEntries }),
      );
      return messages.map((_, index) => publicationOf(output, index));
    } catch (error) {
      const reason = error instanceof Error ? error.name : 'unknown';
      if (!poisonCodes.has(reason)) return messages.map(() => ({ kind: 'failed', reason }));
      if (messages.length === 1) return [{ kind: 'poison', reason }];
      // The refusal names no message: alone, each shows whether it is the one.
      return (await Promise.all(messages.map((message) => this.publish([message])))).flat();
    }
  }
}
