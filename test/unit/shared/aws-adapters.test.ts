import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SnsTopic } from '../../../lambdas/shared/sns-topic.adapter';
import { SqsMessageVisibility } from '../../../lambdas/shared/sqs-message-visibility.adapter';
import { StepFunctionsSagaReplies } from '../../../lambdas/shared/step-functions-saga-replies.adapter';
import type { TopicMessage } from '../../../lambdas/shared/topic.port';
import { type FakeAnswer, FakeService } from './fake-service';
import { recordingLog } from './messages';

let service: FakeService | undefined;
const clientOf = async (answer: (body: string) => FakeAnswer) => {
  service = await FakeService.start(answer);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return { service, config: { region: 'sa-east-1', endpoint: service.endpoint, credentials, maxAttempts: 1 } };
};
afterEach(() => service?.stop());

describe('SnsTopic', () => {
  const message = (id: string): TopicMessage => ({ id, group: `order/${id}`, type: 'a.B.v1', body: `body of ${id}` });
  const xml = (inner: string) =>
    `<PublishBatchResponse><PublishBatchResult>${inner}</PublishBatchResult></PublishBatchResponse>`;
  const failed = (id: number, code: string, sender: boolean) =>
    `<member><Id>${id}</Id><Code>${code}</Code><SenderFault>${sender}</SenderFault></member>`;
  const successful = (id: number) => `<member><Id>${id}</Id><MessageId>m</MessageId></member>`;
  const refusal = (code: string) =>
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code></Error></ErrorResponse>`;
  const start = async (answer: (body: string) => FakeAnswer) => {
    const { config, ...rest } = await clientOf(answer);
    return { topic: new SnsTopic(new SNSClient(config), 'arn:aws:sns:sa-east-1:000000000000:t.fifo'), ...rest };
  };

  it('sends group, deduplication id and type with each message', async () => {
    const { topic, service: sns } = await start(() => ({
      status: 200,
      body: xml(`<Successful>${successful(0)}</Successful>`),
    }));

    expect(await topic.publish([message('1')])).toEqual([{ kind: 'published' }]);

    const sent = new URLSearchParams(sns.requests[0]);
    const entry = 'PublishBatchRequestEntries.member.1';
    expect(sent.get(`${entry}.Message`)).toBe('body of 1');
    expect(sent.get(`${entry}.MessageGroupId`)).toBe('order/1');
    expect(sent.get(`${entry}.MessageDeduplicationId`)).toBe('1');
    expect(sent.get(`${entry}.MessageAttributes.entry.1.Value.StringValue`)).toBe('a.B.v1');
  });

  it('tells published messages, ones that never will be, ones that may be, and ones without an answer apart', async () => {
    const failures =
      failed(1, 'InvalidParameter', true) + failed(2, 'InternalError', false) + failed(3, 'KMSAccessDenied', true);
    const body = xml(`<Successful>${successful(0)}</Successful><Failed>${failures}</Failed>`);
    const { topic } = await start(() => ({ status: 200, body }));

    const publications = await topic.publish(['0', '1', '2', '3', '4'].map(message));

    expect(publications.map(({ kind }) => kind)).toEqual(['published', 'poison', 'failed', 'failed', 'failed']);
  });

  it.each(['Throttled', 'AuthorizationError', 'NotFound', 'KMSDisabled'])(
    'blames no message when the call fails by %s',
    async (code) => {
      const { topic } = await start(() => ({ status: 400, body: refusal(code) }));

      const publications = await topic.publish([message('1'), message('2')]);

      expect(publications.map(({ kind }) => kind)).toEqual(['failed', 'failed']);
    },
  );

  it('sends each message alone when the call is refused for one that is not named', async () => {
    const { topic, service: sns } = await start((body) =>
      body.includes('body+of+2') || body.includes('body%20of%202')
        ? { status: 400, body: refusal('InvalidParameter') }
        : { status: 200, body: xml(`<Successful>${successful(0)}</Successful>`) },
    );

    const publications = await topic.publish([message('1'), message('2'), message('3')]);

    expect(publications.map(({ kind }) => kind)).toEqual(['published', 'poison', 'published']);
    expect(sns.requests).toHaveLength(4);
  });

  it('counts the bytes of a message, not its characters, and what is sent with it', async () => {
    const { topic } = await start(() => ({ status: 200, body: '' }));

    expect(topic.sizeOf({ ...message('1'), body: 'ação' })).toBe(6 + 'type'.length + 'String'.length + 'a.B.v1'.length);
  });
});

describe('SqsMessageVisibility', () => {
  it('changes ten messages at a time', async () => {
    const { config, service: sqs } = await clientOf(() => ({ status: 200, body: '{"Successful":[],"Failed":[]}' }));
    const visibility = new SqsMessageVisibility(new SQSClient(config), `${config.endpoint}/000000000000/q.fifo`);

    await visibility.postpone(
      Array.from({ length: 12 }, (_, index) => `h${index}`),
      8,
    );

    const calls = sqs.requests.map((body) => JSON.parse(body).Entries);
    expect(calls.map(({ length }: { length: number }) => length)).toEqual([10, 2]);
    expect(calls[1][1]).toMatchObject({ ReceiptHandle: 'h11', VisibilityTimeout: 8 });
  });
});

describe('StepFunctionsSagaReplies', () => {
  const start = async (answer: FakeAnswer) => {
    const { config, ...rest } = await clientOf(() => answer);
    const log = recordingLog();
    return { replies: new StepFunctionsSagaReplies(new SFNClient(config), log), log, ...rest };
  };

  it('answers with the outcome', async () => {
    const { replies, service: sfn } = await start({ status: 200, body: '{}' });

    await replies.succeed('token', { outcome: 'refused', reason: 'declined' });

    expect(JSON.parse(sfn.requests[0] ?? '')).toEqual({
      taskToken: 'token',
      output: '{"outcome":"refused","reason":"declined"}',
    });
  });

  it('cuts a failure to what the service takes', async () => {
    const { replies, service: sfn } = await start({ status: 200, body: '{}' });

    await replies.fail('token', 'E'.repeat(300), 'c'.repeat(40_000));

    const { error, cause } = JSON.parse(sfn.requests[0] ?? '');
    expect([error.length, cause.length]).toEqual([256, 32_768]);
  });

  it.each(['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken'])(
    'leaves a saga alone that no longer waits: %s',
    async (name) => {
      const { replies, log } = await start({ status: 400, body: JSON.stringify({ __type: name, message: 'gone' }) });

      await replies.succeed('token', { outcome: 'done' });

      expect(log.lines).toMatchObject([{ level: 'warn' }]);
      expect(JSON.stringify(log.lines)).not.toContain('token"');
    },
  );

  it('throws anything else: the message comes again', async () => {
    const { replies } = await start({
      status: 400,
      body: JSON.stringify({ __type: 'AccessDeniedException', message: 'no' }),
    });

    await expect(replies.fail('token', 'Parked', 'why')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});
