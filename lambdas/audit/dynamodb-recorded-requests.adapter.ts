import { BatchGetCommand, type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../shared/clock.port';
import { epochSeconds } from '../shared/inbox';
import { fingerprintOf } from './distinct-count';
import type { RecordedRequests } from './recorded-requests.port';

/** Where requests are noted. */
export interface DynamoDbRecordedRequestsOptions {
  readonly tableName: string;
  readonly region: string;
  readonly clock: Clock;
}

/** Items of a minute: a set of numbers in an item of 400 KB has room for 50,000 requests, so a minute for 400,000. */
const PARTS = 8;

/** An operator compares again what was late: three days. */
const RETENTION_SECONDS = 3 * 86_400;

/**
 * Fingerprints of requests in audit's own table, a set a minute and part: to add to a set what it has changes nothing. Of 100,000 requests
 * without a record, two at most would be taken for others of their minute.
 */
export class DynamoDbRecordedRequests implements RecordedRequests {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly options: DynamoDbRecordedRequestsOptions,
  ) {}

  async note(requests: readonly { readonly requestId: string; readonly minute: number }[]): Promise<void> {
    const byItem = Map.groupBy(
      requests.map(({ requestId, minute }) => {
        const fingerprint = fingerprintOf(requestId);
        return { fingerprint, pk: this.key(minute, fingerprint % PARTS) };
      }),
      ({ pk }) => pk,
    );
    const expiresAt = epochSeconds(this.options.clock.now()) + RETENTION_SECONDS;
    await Promise.all(
      [...byItem].map(([pk, noted]) =>
        this.client.send(
          new UpdateCommand({
            TableName: this.options.tableName,
            Key: { pk, sk: 'REQUESTS' },
            UpdateExpression: 'SET expiresAt = :expiresAt ADD requests :requests',
            ExpressionAttributeValues: {
              ':expiresAt': expiresAt,
              ':requests': new Set(noted.map(({ fingerprint }) => fingerprint)),
            },
          }),
        ),
      ),
    );
  }

  async noted(requestIds: readonly string[], minutes: readonly number[]): Promise<ReadonlySet<string>> {
    const parts = Array.from({ length: PARTS }, (_, part) => part);
    const keys = minutes.flatMap((minute) => parts.map((part) => ({ pk: this.key(minute, part), sk: 'REQUESTS' })));
    const known = new Set<number>();
    const { tableName } = this.options;
    let left: Record<string, { readonly Keys?: Record<string, unknown>[] | undefined }> = {
      [tableName]: { Keys: keys },
    };
    while (Object.keys(left).length > 0) {
      const RequestItems = { [tableName]: { Keys: left[tableName]?.Keys ?? [], ConsistentRead: true } };
      const { Responses, UnprocessedKeys } = await this.client.send(new BatchGetCommand({ RequestItems }));
      for (const { requests } of Responses?.[tableName] ?? [])
        if (requests instanceof Set) for (const fingerprint of requests) known.add(Number(fingerprint));
      left = UnprocessedKeys ?? {};
    }
    return new Set(requestIds.filter((requestId) => known.has(fingerprintOf(requestId))));
  }

  private key(minute: number, part: number): string {
    return `REQUESTS#${this.options.region}#${minute}#${part}`;
  }
}
