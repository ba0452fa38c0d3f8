import type { SQSRecord } from 'aws-lambda';
import type { Delivered } from './envelope';
import type { FifoConsumerOptions } from './fifo-consumer-options';
import type { Log } from './log.port';
import { messageParked } from './log-lines.contract';
import { UnreadableMessageError } from './message.errors';
import type { MessageReader } from './message-reader';
import { CaseClosedError } from './parking.errors';
import type { ParkedMessage } from './parking.port';

const asParked = ({ body, attributes, messageId }: SQSRecord, group: string): ParkedMessage => ({
  body,
  attributes: { messageId, group, sentTimestamp: attributes.SentTimestamp },
});

const receiveCountOf = ({ attributes }: SQSRecord): number => Number(attributes.ApproximateReceiveCount);

/** One batch of a FIFO queue: decides for each record whether it is handled, parked, or appended to a parked group. */
export class FifoDelivery {
  constructor(
    private readonly options: Pick<FifoConsumerOptions, 'consumer' | 'parking' | 'attempts' | 'onParked'> & {
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

  private attempt(record: SQSRecord, group: string): Promise<void> | void {
    const { attempts, consumer } = this.options;
    const receiveCount = receiveCountOf(record);
    if (receiveCount > attempts) {
      return this.park(
        record,
        group,
        'AttemptsExhausted',
        `${consumer} tried ${attempts} times; its log says what failed`,
      );
    }
    let message: Delivered<unknown>;
    try {
      message = this.reader.read(record.body, receiveCount);
    } catch (error) {
      if (error instanceof UnreadableMessageError) return this.park(record, group, 'Unreadable', error.message);
      throw error;
    }
    return this.reader.handle(message);
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
    const message = this.reader.tryRead(record.body, receiveCountOf(record));
    const { type, subject, correlationid: correlationId } = message ?? {};
    log.error(messageParked, {
      consumer,
      caseId,
      reason,
      messageId: record.messageId,
      type,
      subject,
      correlationId,
    });
    await onParked?.({ caseId, reason, message });
  }
}
