import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { DynamoDbEntityStore, type TransactItem } from '../shared/dynamodb-entity-store.adapter';
import { SideConditionError } from '../shared/entity-store.errors';
import type { Commit, Stored } from '../shared/entity-store.port';
import type { Reservation, ReservedLine, ShortageReason } from './reservation';
import { type ReservationLedger, type StockMove, StockShortageError } from './reservation-ledger.port';
import { poolKey, stockPartitionKey } from './stock-pool.contract';

type Options = ConstructorParameters<typeof DynamoDbEntityStore<Reservation>>[1];

/**
 * Reservations and stock in inventory's DynamoDB table. A region moves units of its own pools and of no other. A pool changes only in the
 * transaction of a reservation, so its counters need no version of their own.
 */
export class DynamoDbReservationLedger extends DynamoDbEntityStore<Reservation> implements ReservationLedger {
  private readonly place: Pick<Options, 'tableName' | 'region'>;

  constructor(
    private readonly documents: ConstructorParameters<typeof DynamoDbEntityStore>[0],
    options: Omit<Options, 'kind' | 'context'>,
  ) {
    super(documents, { ...options, kind: 'reservation', context: 'inventory' });
    this.place = options;
  }

  async commitMoving(change: Commit<Reservation>, { direction, lines }: StockMove): Promise<Stored<Reservation>> {
    const moves = lines.map((line) => (direction === 'hold' ? this.hold(line) : this.giveBack(line)));
    try {
      return await this.commitWith(change, moves);
    } catch (cause) {
      const short = cause instanceof SideConditionError ? lines[cause.index] : undefined;
      if (!(cause instanceof SideConditionError) || short === undefined) throw cause;
      const reason = cause.item ? 'out-of-stock' : await this.whyNoPool(short.sku);
      throw new StockShortageError(short.sku, reason, { cause });
    }
  }

  private hold({ sku, quantity }: ReservedLine): TransactItem {
    return {
      Update: {
        TableName: this.place.tableName,
        Key: poolKey(sku, this.place.region),
        UpdateExpression: 'SET available = available - :quantity, reserved = reserved + :quantity',
        // Not met by a pool that does not exist, either.
        ConditionExpression: 'available >= :quantity',
        ExpressionAttributeValues: { ':quantity': quantity },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    };
  }

  // Without a condition: what another region held is given back here by whoever has adopted its order, be there a pool or not.
  private giveBack({ sku, quantity }: ReservedLine): TransactItem {
    const { tableName: TableName, region } = this.place;
    return {
      Update: {
        TableName,
        Key: poolKey(sku, region),
        UpdateExpression: 'SET sku = :sku, #region = :region ADD available :quantity, reserved :less',
        ExpressionAttributeNames: { '#region': 'region' },
        ExpressionAttributeValues: { ':sku': sku, ':region': region, ':quantity': quantity, ':less': -quantity },
      },
    };
  }

  /** An article that only other regions have is sold out here; one that nobody has is unknown. */
  private async whyNoPool(sku: string): Promise<ShortageReason> {
    const { Items = [] } = await this.documents.send(
      new QueryCommand({
        TableName: this.place.tableName,
        KeyConditionExpression: 'pk = :article AND begins_with(sk, :pool)',
        ExpressionAttributeValues: { ':article': stockPartitionKey(sku), ':pool': 'POOL#' },
        Limit: 1,
      }),
    );
    return Items.length > 0 ? 'out-of-stock' : 'unknown-sku';
  }
}
