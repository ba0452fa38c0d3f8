import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SNSClient } from '@aws-sdk/client-sns';

const writes: ReadonlySet<string> = new Set([
  'PutItemCommand',
  'UpdateItemCommand',
  'DeleteItemCommand',
  'BatchWriteItemCommand',
  'TransactWriteItemsCommand',
  'PublishCommand',
  'PublishBatchCommand',
]);

/** Counts the requests that clients send to the endpoint, each retry too. */
export class CallCounter {
  readonly #calls = new Map<string, number>();

  /** Counts what this client sends from now on. */
  watch(client: DynamoDBClient | SNSClient): void {
    client.middlewareStack.add(
      (next, { commandName = 'unknown' }) =>
        (request) => {
          this.#calls.set(commandName, (this.#calls.get(commandName) ?? 0) + 1);
          return next(request);
        },
      // Behind the retries: each attempt passes here.
      { step: 'finalizeRequest', priority: 'low', name: 'countCalls' },
    );
  }

  /** Requests that change something: rows or a topic. */
  get writes(): number {
    return this.#sum((name) => writes.has(name));
  }

  /** Requests that read. */
  get reads(): number {
    return this.#sum((name) => !writes.has(name));
  }

  /** Requests by operation, for example `TransactWriteItems`. */
  byOperation(): ReadonlyMap<string, number> {
    return new Map([...this.#calls].map(([name, count]) => [name.replace(/Command$/, ''), count]));
  }

  #sum(counts: (name: string) => boolean): number {
    let sum = 0;
    for (const [name, count] of this.#calls) if (counts(name)) sum += count;
    return sum;
  }
}
