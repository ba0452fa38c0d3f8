import { KinesisClient } from '@aws-sdk/client-kinesis';
import { SQSClient } from '@aws-sdk/client-sqs';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { type AccessRecord, recordIdOf } from '../../../lambdas/shared/access-record.contract';
import { AuditUnavailableError } from '../../../lambdas/shared/audit.errors';
import { KinesisAuditTrail } from '../../../lambdas/shared/kinesis-audit-trail.adapter';
import { type FakeAnswer, FakeService } from './fake-service';
import { recordingLog } from './messages';

const record: AccessRecord = {
  recordId: recordIdOf('request-1', 'thing.read'),
  revision: 1,
  class: 'access',
  actor: { id: 'store-front', role: 'client' },
  action: 'thing.read',
  subject: 'thing/1',
  fields: ['name'],
  purpose: 'testing',
  sourceIp: '198.51.100.7',
  userAgent: 'curl/8',
  requestId: 'request-1',
  correlationId: 'conversation-1',
  time: '2026-11-26T20:00:00.000Z',
  outcome: 'granted',
  region: 'sa-east-1',
};
const taken = {
  status: 200,
  body: '{"FailedRecordCount":0,"Records":[{"ShardId":"shardId-000000000000","SequenceNumber":"1"}]}',
};
const throttled = {
  status: 200,
  body: '{"FailedRecordCount":1,"Records":[{"ErrorCode":"ProvisionedThroughputExceededException"}]}',
};
const refused = { status: 400, body: '{"__type":"ProvisionedThroughputExceededException"}' };

let services: FakeService[] = [];
afterEach(async () => {
  await Promise.all(services.map((service) => service.stop()));
  services = [];
});

const setUp = async (stream: FakeAnswer, backlog: FakeAnswer) => {
  const [kinesis, sqs] = [await FakeService.start(() => stream), await FakeService.start(() => backlog)];
  services = [kinesis, sqs];
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const config = { region: 'sa-east-1', credentials, maxAttempts: 1 };
  const log = recordingLog();
  const trail = new KinesisAuditTrail({
    streamName: 'audit',
    backlogUrl: `${sqs.endpoint}/000000000000/backlog`,
    stream: new KinesisClient({ ...config, endpoint: kinesis.endpoint, requestHandler: new NodeHttpHandler() }),
    backlog: new SQSClient({ ...config, endpoint: sqs.endpoint, md5: false }),
    log,
  });
  return { trail, log, kinesis, sqs };
};

describe('KinesisAuditTrail', () => {
  it('puts a record to the shard of its id, so that its revisions keep their order', async () => {
    const { trail, kinesis, sqs } = await setUp(taken, taken);

    await trail.record(record);

    const [sent] = kinesis.requests.map((text) => JSON.parse(text));
    expect(sent).toMatchObject({ StreamName: 'audit', Records: [{ PartitionKey: record.recordId }] });
    expect(JSON.parse(Buffer.from(sent.Records[0].Data, 'base64').toString())).toEqual(record);
    expect(sqs.requests).toEqual([]);
  });

  it.each([
    ['answers with a failure', refused],
    ['does not take the one record', throttled],
  ])('keeps it in the backlog while the stream %s', async (_how, answer) => {
    const { trail, sqs, log } = await setUp(answer, { status: 200, body: '{"MessageId":"m"}' });

    await trail.record(record);

    expect(JSON.parse(JSON.parse(sqs.requests[0] ?? '{}').MessageBody)).toEqual(record);
    expect(log.lines).toMatchObject([{ level: 'warn', message: 'audit stream away' }]);
  });

  it('says so when neither takes it', async () => {
    const { trail } = await setUp(refused, { status: 503, body: '{}' });

    await expect(trail.record(record)).rejects.toThrow(AuditUnavailableError);
  });
});
