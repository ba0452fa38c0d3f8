import { DynamoDbEntityStore, type TransactItem } from '../shared/dynamodb-entity-store.adapter';
import { SideConditionError } from '../shared/entity-store.errors';
import type { Commit, Stored } from '../shared/entity-store.port';
import type { Reservation, ReservedLine } from './reservation';
import { type ReservationLedger, type StockMove, StockShortageError } from './reservation-ledger.port';

type Options = ConstructorParameters<typeof DynamoDbEntityStore>[1];

const directions = {
  hold: { from: 'available', to: 'reserved' },
  return: { from: 'reserved', to: 'available' },
} as const;

/**
 * Reservations and stock in inventory's DynamoDB table. A stock item is `{pk: 'stock/<sku>', sk: 'ENTITY', available,
 * reserved}`, in units; it changes only in the transaction of a reservation, so its counters need no version of their own.
 */
export class DynamoDbReservationLedger extends DynamoDbEntityStore<Reservation> implements ReservationLedger {
  private readonly tableName: string;

  constructor(
    client: ConstructorParameters<typeof DynamoDbEntityStore>[0],
    options: Omit<Options, 'kind' | 'context'>,
  ) {
    super(client, { ...options, kind: 'reservation', context: 'inventory' });
    this.tableName = options.tableName;
  }

  async commitMoving(change: Commit<Reservation>, { direction, lines }: StockMove): Promise<Stored<Reservation>> {
    try {
      return await this.commitWith(
        change,
        lines.map((line) => this.update(line, direction)),
      );
    } catch (cause) {
      const short = cause instanceof SideConditionError ? lines[cause.index] : undefined;
      if (!(cause instanceof SideConditionError) || short === undefined) throw cause;
      throw new StockShortageError(short.sku, cause.item ? 'out-of-stock' : 'unknown-sku', { cause });
    }
  }

  private update({ sku, quantity }: ReservedLine, direction: StockMove['direction']): TransactItem {
    const { from, to } = directions[direction];
    return {
      Update: {
        TableName: this.tableName,
        Key: { pk: `stock/${sku}`, sk: 'ENTITY' },
        UpdateExpression: 'SET #from = #from - :quantity, #to = #to + :quantity',
        // Not met by an item that does not exist, either.
        ConditionExpression: '#from >= :quantity',
        ExpressionAttributeNames: { '#from': from, '#to': to },
        ExpressionAttributeValues: { ':quantity': quantity },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    };
  }
}
