import type { SQSRecord } from 'aws-lambda';
import type { Delivered } from './envelope';
import type { FifoConsumerOptions } from './fifo-consumer-options';
import type { Log, LogDetails } from './log.port';
import { messageParked } from './log-lines.contract';
import { UnreadableMessageError } from './message.errors';
import type { MessageReader } from './message-reader';
import { CaseClosedError } from './parking.errors';
import type { ParkedMessage } from './parking.port';
import { receiveCountOf } from './receive-count';
import { RegionFencedError } from './region-gate.errors';

const asParked = ({ body, attributes, messageId }: SQSRecord, group: string): ParkedMessage => ({
  body,
  attributes: { messageId, group, sentTimestamp: attributes.SentTimestamp },
});

/**
 * Noted tries that were lost with their worker, as a multiple of the attempts, after which a message is parked untried. Several,
 * because a try may have been lost to another message of its batch; and few enough to come before the queue's dead letters.
 */
const LOST_TRIES_PER_ATTEMPT = 2;

/** One batch of a FIFO queue: decides for each record whether it is handled, parked, or appended to a parked group. */
export class FifoDelivery {
  constructor(
    private readonly options: Pick<FifoConsumerOptions, 'consumer' | 'parking' | 'tries' | 'attempts' | 'onParked'> & {
      log: Log;
    },
    private readonly reader: MessageReader,
    /** Ids of open cases by group; grows when a group is parked. */
    private readonly open: Map<string, string>,
    private readonly redriveFunction: string,
  ) {}

  /** Runs one record of a group whose earlier records are done. */
  readonly run = (record: SQSRecord, group: string): Promise<void> | void => {
    const caseId = this.open.size === 0 ? undefined : this.open.get(group);
    return caseId === undefined ? this.attempt(record, group) : this.follow(record, group, caseId);
  };

  /** Notes why a record stays in the queue, or is parked. */
  logFailure(record: SQSRecord, error: unknown): void {
    const { consumer, log } = this.options;
    log.warn('message failed', { consumer, ...this.about(record), receiveCount: receiveCountOf(record), error });
  }

  private attempt(record: SQSRecord, group: string): Promise<void> | void {
    const receiveCount = receiveCountOf(record);
    if (receiveCount >= this.options.attempts) return this.attemptOrPark(record, group);
    let message: Delivered<unknown>;
    try {
      message = this.reader.read(record.body, receiveCount);
    } catch (error) {
      if (error instanceof UnreadableMessageError) return this.park(record, group, 'Unreadable', error.message);
      throw error;
    }
    return this.reader.handle(message);
  }

  /** The tries that park their group when they fail. */
  private async attemptOrPark(record: SQSRecord, group: string): Promise<void> {
    const { attempts, consumer, tries } = this.options;
    const [receiveCount, { messageId }] = [receiveCountOf(record), record];
    // A message that kills its worker never gets as far as failing. Its tries are noted, from when it may have used them up.
    const isSuspect = receiveCount > attempts;
    const lost = isSuspect ? await tries.begin(messageId) : 0;
    if (lost >= LOST_TRIES_PER_ATTEMPT * attempts) {
      const explanation = `${lost} tries by ${consumer} began and none came to an end: it seems to kill its worker`;
      return this.park(record, group, 'WorkerLost', explanation);
    }
    try {
      await this.reader.handle(this.reader.read(record.body, receiveCount));
    } catch (error) {
      if (error instanceof UnreadableMessageError) return this.park(record, group, 'Unreadable', error.message);
      // The region may not write any more: that says nothing about the message.
      if (error instanceof RegionFencedError) {
        if (isSuspect) await tries.end(messageId);
        throw error;
      }
      this.logFailure(record, error);
      const name = error instanceof Error ? error.name : 'something that is no Error';
      const explanation = `${consumer} failed with ${name} at delivery ${receiveCount}; its log says more`;
      return this.park(record, group, 'AttemptsExhausted', explanation);
    }
    if (isSuspect) await tries.end(messageId);
  }

  private async park(record: SQSRecord, group: string, reason: string, explanation: string): Promise<void> {
    const { redriveFunction } = this;
    const about = { kind: 'message', group, subject: group, reason, explanation, redriveFunction } as const;
    const caseId = await this.options.parking.park({ ...about, messages: [asParked(record, group)] });
    this.open.set(group, caseId);
    await this.parked(record, caseId, reason);
  }

  /** Behind a parked message of its group. When the case was closed meanwhile, nothing waits before it any more. */
  private async follow(record: SQSRecord, group: string, caseId: string): Promise<void> {
    try {
      await this.options.parking.append(caseId, [asParked(record, group)]);
    } catch (error) {
      if (!(error instanceof CaseClosedError)) throw error;
      this.open.delete(group);
      await this.attempt(record, group);
      return;
    }
    await this.parked(record, caseId, 'GroupParked');
  }

  private async parked(record: SQSRecord, caseId: string, reason: string): Promise<void> {
    const { consumer, log, onParked } = this.options;
    log.error(messageParked, { consumer, caseId, reason, ...this.about(record) });
    await onParked?.({ caseId, reason, message: this.reader.tryRead(record.body, receiveCountOf(record)) });
  }

  private about(record: SQSRecord): LogDetails {
    const message = this.reader.tryRead(record.body, receiveCountOf(record));
    const { messageId } = record;
    return { messageId, type: message?.type, subject: message?.subject, correlationId: message?.correlationid };
  }
}
