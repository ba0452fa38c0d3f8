import { SNSClient } from '@aws-sdk/client-sns';
import { SnsEventTopic } from '../../../lambdas/edge/sns-event-topic.adapter';
import { FakeService } from '../shared/fake-service';

let service: FakeService | undefined;
afterEach(() => service?.stop());

const topicArn = 'arn:aws:sns:sa-east-1:000000000000:Events.fifo';

const topicThat = async (answer: { readonly status: number; readonly body: string }) => {
  service = await FakeService.start(() => answer);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new SNSClient({ region: 'sa-east-1', endpoint: service.endpoint, credentials, maxAttempts: 1 });
  let now = new Date('2026-11-23T08:00:00.000Z');
  const wait = (milliseconds: number) => {
    now = new Date(now.getTime() + milliseconds);
  };
  return { topic: new SnsEventTopic(client, { topicArn, clock: { now: () => now } }), wait, service };
};

const attributes = '<GetTopicAttributesResponse><GetTopicAttributesResult/></GetTopicAttributesResponse>';
const gone =
  '<ErrorResponse><Error><Type>Sender</Type><Code>NotFound</Code><Message>Topic does not exist</Message></Error></ErrorResponse>';

describe('SnsEventTopic', () => {
  it('knows a topic whose attributes SNS tells', async () => {
    const { topic, service: sns } = await topicThat({ status: 200, body: attributes });
    await topic.assertKnown();
    expect(new URLSearchParams(sns.requests[0]).get('TopicArn')).toBe(topicArn);
  });

  it('throws what SNS says of a topic that is gone', async () => {
    const { topic } = await topicThat({ status: 404, body: gone });
    await expect(topic.assertKnown()).rejects.toThrow('Topic does not exist');
  });

  it('asks once in two seconds, however often it is asked', async () => {
    const { topic, wait, service: sns } = await topicThat({ status: 200, body: attributes });
    await Promise.all([topic.assertKnown(), topic.assertKnown()]);
    wait(1_999);
    await topic.assertKnown();
    expect(sns.requests).toHaveLength(1);
    wait(1);
    await topic.assertKnown();
    expect(sns.requests).toHaveLength(2);
  });
});
