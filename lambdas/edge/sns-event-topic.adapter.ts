import { GetTopicAttributesCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Clock } from '../shared/clock.port';
import type { EventTopic } from './event-topic.port';

/** How long an answer is believed, in milliseconds: the public may ask far more often than SNS wants to be asked. */
const ANSWER_AGE_MILLISECONDS = 2_000;

/** An SNS topic. Asking for its attributes shows that SNS answers, that the topic exists, and that this account may use it. */
export class SnsEventTopic implements EventTopic {
  private known: { readonly askedAt: number; readonly answer: Promise<unknown> } | undefined;

  constructor(
    private readonly client: SNSClient,
    private readonly options: { readonly topicArn: string; readonly clock: Clock },
  ) {}

  async assertKnown(): Promise<void> {
    const now = this.options.clock.now().getTime();
    if (this.known === undefined || this.known.askedAt > now || now - this.known.askedAt >= ANSWER_AGE_MILLISECONDS) {
      const command = new GetTopicAttributesCommand({ TopicArn: this.options.topicArn });
      this.known = { askedAt: now, answer: this.client.send(command) };
    }
    await this.known.answer;
  }
}
