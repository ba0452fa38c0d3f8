import { Duration } from 'aws-cdk-lib';
import { INBOX_RENEWAL_SECONDS } from '../../lambdas/shared/inbox-marker.contract';

/** All the places where a copy of a message may wait before it is delivered once more. */
export interface RedeliveryHorizon {
  /** How long after the first time the publisher may publish the same message again; for an outbox, how long it keeps its rows. */
  readonly republication: Duration;
  /** Retention of the consumer's queue. */
  readonly queueRetention: Duration;
  /** Retention of its dead-letter queue. */
  readonly deadLetterRetention: Duration;
  /** How long an operator may take over a parked case, and a margin. */
  readonly operatorAllowance: Duration;
}

/**
 * The longest time that may pass between two deliveries of one message, which an inbox marker has to outlive. However often a
 * message comes back: a delivery that meets the marker renews it, unless it is younger than `INBOX_RENEWAL_SECONDS`, which are
 * part of the sum for that reason.
 * The queue's retention counts twice: a message moved back from the dead-letter queue starts its life in the queue anew
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html, FIFO queues).
 */
export const longestRedelivery = (horizon: RedeliveryHorizon): Duration => {
  const { republication, queueRetention, deadLetterRetention, operatorAllowance } = horizon;
  const once = republication
    .plus(queueRetention)
    .plus(deadLetterRetention)
    .plus(queueRetention)
    .plus(operatorAllowance);
  return once.plus(Duration.seconds(INBOX_RENEWAL_SECONDS));
};
