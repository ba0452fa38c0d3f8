import type { SQSRecord } from 'aws-lambda';

/** How often SQS has handed out a record: also to invocations that were throttled or killed, or that did not get as far as it. */
export const receiveCountOf = ({ attributes }: SQSRecord): number => Number(attributes.ApproximateReceiveCount);
