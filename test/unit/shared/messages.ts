import type { SQSRecord } from 'aws-lambda';

/** Attributes of a message, of an order of its own if none is named. */
export const envelope = (more: { readonly [attribute: string]: unknown } = {}) => ({
  specversion: '1.0',
  id: 'event-1',
  source: '/tenfold/test',
  type: 'test.Do.v1',
  time: '2026-11-23T08:00:00.000Z',
  subject: 'order/1',
  sequence: 1,
  correlationid: 'correlation-1',
  causationid: 'causation-1',
  originregion: 'sa-east-1',
  data: {},
  ...more,
});

/** A message as Lambda hands it over. */
export const record = (messageId: string, group: string, body: string, receiveCount = 1): SQSRecord => ({
  messageId,
  receiptHandle: `handle of ${messageId}`,
  body,
  attributes: {
    ApproximateReceiveCount: String(receiveCount),
    ApproximateFirstReceiveTimestamp: '0',
    MessageGroupId: group,
    SenderId: '',
    SentTimestamp: '1795420800000',
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:sa-east-1:000000000000:orders.fifo',
  awsRegion: 'sa-east-1',
});

/** Logs nothing but remembers it. */
export const recordingLog = () => {
  const lines: { readonly level: string; readonly message: string; readonly details: unknown }[] = [];
  const at = (level: string) => (message: string, details: unknown) => {
    lines.push({ level, message, details });
  };
  return { lines, info: at('info'), warn: at('warn'), error: at('error') };
};
