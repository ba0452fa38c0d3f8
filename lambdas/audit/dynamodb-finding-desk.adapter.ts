import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../shared/clock.port';
import { epochSeconds } from '../shared/inbox';
import type { AccessFinding } from './access-finding';
import type { FindingDesk } from './finding-desk.port';

/** Where findings are claimed and told. */
export interface DynamoDbFindingDeskOptions {
  readonly tableName: string;
  readonly topicArn: string;
  readonly sns: Pick<SNSClient, 'send'>;
  readonly clock: Clock;
}

/** How long a claim holds, in seconds: longer than an invocation can run, so that its holder is dead when it ends. */
const CLAIM_SECONDS = 60;

/** As long as security records are read together with what was found in them: five years. */
const RETENTION_SECONDS = 5 * 366 * 86_400;

/** Findings in audit's own table, one item each, listed by day in the index `cases`; told on an SNS topic. */
export class DynamoDbFindingDesk implements FindingDesk {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly options: DynamoDbFindingDeskOptions,
  ) {}

  async claim(finding: AccessFinding): Promise<'mine' | 'told' | 'taken'> {
    const now = epochSeconds(this.options.clock.now());
    try {
      await this.client.send(
        new UpdateCommand({
          ...this.place(finding),
          UpdateExpression:
            'SET finding = :finding, claimedUntil = :until, caseStatus = :listing, openedAt = :time, expiresAt = :expires',
          ConditionExpression: 'attribute_not_exists(pk) OR (attribute_not_exists(toldAt) AND claimedUntil < :now)',
          ExpressionAttributeValues: {
            ':finding': JSON.stringify(finding),
            ':until': now + CLAIM_SECONDS,
            ':now': now,
            ':listing': `FINDINGS#${finding.region}#${finding.time.slice(0, 10)}`,
            ':time': finding.time,
            ':expires': now + RETENTION_SECONDS,
          },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return 'mine';
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return error.Item?.['toldAt'] === undefined ? 'taken' : 'told';
    }
  }

  async publish(finding: AccessFinding): Promise<void> {
    const { rule, severity, actor } = finding;
    const text = (StringValue: string) => ({ DataType: 'String', StringValue });
    await this.options.sns.send(
      new PublishCommand({
        TopicArn: this.options.topicArn,
        // SNS takes 100 characters of ASCII; an actor's id may be longer.
        Subject: `[${severity}] ${rule}: ${actor.id.replaceAll(/[^ -~]/g, '?')}`.slice(0, 100),
        Message: JSON.stringify(finding),
        MessageAttributes: { rule: text(rule), severity: text(severity) },
      }),
    );
  }

  async settle(finding: AccessFinding): Promise<void> {
    await this.client.send(
      new UpdateCommand({
        ...this.place(finding),
        UpdateExpression: 'SET toldAt = :now',
        ExpressionAttributeValues: { ':now': this.options.clock.now().toISOString() },
      }),
    );
  }

  private place({ findingId }: AccessFinding) {
    return { TableName: this.options.tableName, Key: { pk: `FINDING#${findingId}`, sk: 'FINDING' } };
  }
}
