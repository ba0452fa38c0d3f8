import { type KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { AccessRecord } from './access-record.contract';
import { AuditUnavailableError } from './audit.errors';
import type { AuditTrail } from './audit-trail.port';
import { kinesis } from './kinesis-client';
import type { Log } from './log.port';
import { logger } from './logger';
import { sqs } from './sqs-client';

/** Where the records go. */
export interface KinesisAuditTrailOptions {
  readonly streamName: string;
  /** Queue for what the stream does not take. @default none: such a record is refused */
  readonly backlogUrl?: string;
  /** @default the process's client */
  readonly stream?: Pick<KinesisClient, 'send'>;
  /** @default the process's client */
  readonly backlog?: Pick<SQSClient, 'send'>;
  /** @default the process's logger */
  readonly log?: Log;
}

/** How long each of the two may take, in milliseconds: both together leave a function of ten seconds the time to answer. */
const patience = { stream: 2_000, backlog: 3_000 };

/** Records in a Kinesis stream, revisions of one record behind each other; while the stream is away, in an SQS queue. */
export class KinesisAuditTrail implements AuditTrail {
  private readonly stream: Pick<KinesisClient, 'send'>;
  private readonly backlog: Pick<SQSClient, 'send'> | undefined;
  private readonly log: Log;

  constructor(private readonly options: KinesisAuditTrailOptions) {
    this.stream = options.stream ?? kinesis();
    this.backlog = options.backlogUrl === undefined ? undefined : (options.backlog ?? sqs());
    this.log = options.log ?? logger();
  }

  async record(record: AccessRecord): Promise<void> {
    const text = JSON.stringify(record);
    const { streamName: StreamName, backlogUrl: QueueUrl } = this.options;
    const Records = [{ PartitionKey: record.recordId, Data: Buffer.from(text) }];
    const put = new PutRecordsCommand({ StreamName, Records });
    try {
      const answer = await this.stream.send(put, { abortSignal: AbortSignal.timeout(patience.stream) });
      if (answer.FailedRecordCount === 0) return;
      this.log.warn('audit stream away', { recordId: record.recordId, error: answer.Records?.[0]?.ErrorCode });
    } catch (error) {
      this.log.warn('audit stream away', { recordId: record.recordId, error });
    }
    const refused = `record ${record.recordId} was taken neither by the stream nor by a backlog`;
    if (this.backlog === undefined) throw new AuditUnavailableError(refused);
    const keep = new SendMessageCommand({ QueueUrl, MessageBody: text });
    try {
      await this.backlog.send(keep, { abortSignal: AbortSignal.timeout(patience.backlog) });
    } catch (cause) {
      throw new AuditUnavailableError(refused, { cause });
    }
  }
}

/** The trail that a function's environment names. */
export const auditTrail = (env: { readonly AUDIT_STREAM: string; readonly AUDIT_BACKLOG_URL: string }): AuditTrail =>
  new KinesisAuditTrail({ streamName: env.AUDIT_STREAM, backlogUrl: env.AUDIT_BACKLOG_URL });
