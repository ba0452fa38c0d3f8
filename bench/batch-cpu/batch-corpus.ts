import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { type Random, seededRandom } from '../../drills/harness/random';
import { chargeCommand, FAILING_METHOD } from './charge-command';

/** `shared`: a batch has four message groups. `apart`: each message has its own. */
export type Grouping = 'shared' | 'apart';

const RECORDS_A_BATCH = 10;
const GROUPS_A_BATCH = 4;
/** Share of the messages whose handler throws. */
const FAILING = 0.02;

const recordOf = (random: Random, group: string, sequence: number): SQSRecord => {
  const orderId = random.uuid();
  const paymentMethod = random.chance(FAILING) ? FAILING_METHOD : 'pm_card_visa';
  const body = {
    specversion: '1.0',
    id: `${orderId}/charge-payment`,
    source: '/tenfold/ordering',
    type: chargeCommand.type,
    time: '2026-11-23T08:00:00.000Z',
    subject: group,
    sequence,
    correlationid: random.uuid(),
    causationid: random.uuid(),
    originregion: 'sa-east-1',
    data: { orderId, amountMinor: random.integer(100, 100_000), currency: 'BRL', paymentMethod },
  };
  return {
    messageId: random.uuid(),
    receiptHandle: random.uuid(),
    body: JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '1763884800000',
      SenderId: 'AIDA',
      ApproximateFirstReceiveTimestamp: '1763884800010',
      MessageGroupId: group,
      SequenceNumber: String(sequence),
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:sa-east-1:000000000000:Example.fifo',
    awsRegion: 'sa-east-1',
  };
};

/** Batches of a FIFO queue that are a function of the seed: some messages fail, and with them the rest of their group. */
export const batchCorpus = (seed: string, grouping: Grouping, batches: number): SQSEvent[] => {
  const random = seededRandom(seed);
  return Array.from({ length: batches }, () => {
    const groups = Array.from({ length: GROUPS_A_BATCH }, () => `order/${random.uuid()}`);
    const group = (): string => (grouping === 'apart' ? `order/${random.uuid()}` : random.pick(groups));
    return { Records: Array.from({ length: RECORDS_A_BATCH }, (_, at) => recordOf(random, group(), at + 1)) };
  });
};
