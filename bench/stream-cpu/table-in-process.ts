import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** An item with attribute values as they travel. */
type StoredItem = Readonly<Record<string, { readonly S?: string }>>;

interface Call {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

interface BatchGet {
  readonly RequestItems: Readonly<Record<string, { readonly Keys: readonly StoredItem[] }>>;
}

interface TransactWrite {
  readonly TransactItems: readonly { readonly Put: { readonly Item: StoredItem } }[];
}

const utf8 = new TextDecoder();

const keyOf = ({ pk, sk }: StoredItem): string => `${pk?.S}\n${sk?.S}`;

/** A table whose calls do not leave the process: they cost what the SDK's client makes of them, and wait for nothing. Knows what an ordered store sends when it only puts. */
export class TableInProcess {
  readonly items = new Map<string, StoredItem>();
  readonly documents = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      region: 'sa-east-1',
      credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
      requestHandler: { handle: async (call: Call) => ({ response: this.answer(call) }) },
    }),
    { marshallOptions: { removeUndefinedValues: true, convertClassInstanceToMap: true } },
  );

  /** What was written beside positions, by key. */
  written(): readonly string[] {
    return [...this.items]
      .filter(([, item]) => item['itemType']?.S !== 'POSITION')
      .map(([key, item]) => `${key} ${JSON.stringify(item)}`);
  }

  private answer({ headers, body }: Call) {
    const operation = headers['x-amz-target']?.split('.')[1];
    const request: unknown = JSON.parse(utf8.decode(body));
    const answer = Buffer.from(JSON.stringify(this.execute(operation, request)));
    return { statusCode: 200, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: answer };
  }

  private execute(operation: string | undefined, request: unknown): object {
    switch (operation) {
      case 'GetItem':
        return {};
      case 'BatchGetItem': {
        const asked = Object.entries((request as BatchGet).RequestItems);
        const found = asked.map(
          ([name, { Keys }]) => [name, Keys.flatMap((key) => this.items.get(keyOf(key)) ?? [])] as const,
        );
        return { Responses: Object.fromEntries(found), UnprocessedKeys: {} };
      }
      case 'TransactWriteItems':
        for (const { Put } of (request as TransactWrite).TransactItems) this.items.set(keyOf(Put.Item), Put.Item);
        return {};
      default:
        throw new TypeError(`expected a read of items or a transaction, got ${operation}`);
    }
  }
}
