import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { StalePositionError } from './chain-ledger.errors';
import type { ChainedShard, ChainLedger } from './chain-ledger.port';
import { type ChainSeal, chainSeal, type SignedSeal, sealHash, sealKeys, sealText } from './chain-seal.contract';
import type { SealKey } from './seal-signer.port';
import { type OpenChain, type ShardPosition } from './shard-chains';
import { openChain, shardPosition } from './shard-chains.contract';

/** Where the ledger is. */
export interface DynamoDbChainLedgerOptions {
  readonly tableName: string;
  /** The region whose shards it knows; those of others are in the table, too. */
  readonly region: string;
}

type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

const cursorKey = 'CURSOR';
const tickKey = 'TICK';

/** Positions of shards, closed chains and seals in audit's own table. Shards and closed chains are listed in the index `cases`. */
export class DynamoDbChainLedger implements ChainLedger {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly options: DynamoDbChainLedgerOptions,
  ) {}

  async position(shardId: string): Promise<ShardPosition | undefined> {
    const Key = { pk: this.shardKey(shardId), sk: cursorKey };
    const { Item } = await this.client.send(
      new GetCommand({ TableName: this.options.tableName, Key, ConsistentRead: true }),
    );
    return Item && shardPosition.parse(Item['position']);
  }

  async moveOn(
    shardId: string,
    from: ShardPosition | undefined,
    to: ShardPosition,
    closed: readonly OpenChain[],
  ): Promise<void> {
    const pk = this.shardKey(shardId);
    const cursor: Write = {
      Put: {
        TableName: this.options.tableName,
        Item: {
          pk,
          sk: cursorKey,
          shardId,
          position: to,
          sequenceNumber: to.sequenceNumber ?? '',
          caseStatus: this.listing('CURSOR'),
          openedAt: to.hour,
        },
        ...(from === undefined
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: 'sequenceNumber = :from AND openedAt = :hour',
              ExpressionAttributeValues: { ':from': from.sequenceNumber ?? '', ':hour': from.hour },
            }),
      },
    };
    const chains = closed.map(
      (chain): Write => ({
        Put: {
          TableName: this.options.tableName,
          Item: {
            pk,
            sk: `CHAIN#${chain.hour}#${chain.class}`,
            shardId,
            chain,
            caseStatus: this.listing('CLOSED'),
            openedAt: chain.hour,
          },
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      }),
    );
    await this.transact([cursor, ...chains], `shard ${shardId}`);
  }

  async shards(): Promise<readonly ChainedShard[]> {
    const items = await this.listed('CURSOR');
    return items.map((item) => ({ shardId: String(item['shardId']), position: shardPosition.parse(item['position']) }));
  }

  async closedChains(): Promise<readonly OpenChain[]> {
    return (await this.listed('CLOSED')).map((item) => openChain.parse(item['chain']));
  }

  async lastTick(shardId: string): Promise<number> {
    const Key = { pk: this.shardKey(shardId), sk: tickKey };
    const { Item } = await this.client.send(
      new GetCommand({ TableName: this.options.tableName, Key, ConsistentRead: true }),
    );
    return Number(Item?.['number'] ?? 0);
  }

  async ticked(shardId: string, number: number): Promise<void> {
    const Item = { pk: this.shardKey(shardId), sk: tickKey, number };
    await this.client.send(new PutCommand({ TableName: this.options.tableName, Item }));
  }

  async keepKey(key: SealKey): Promise<void> {
    const Item = { pk: sealKeys.partition(this.options.region), sk: sealKeys.key, ...key };
    await this.client.send(new PutCommand({ TableName: this.options.tableName, Item }));
  }

  async lastSeal(): Promise<ChainSeal | undefined> {
    const Key = { pk: sealKeys.partition(this.options.region), sk: sealKeys.head };
    const { Item } = await this.client.send(
      new GetCommand({ TableName: this.options.tableName, Key, ConsistentRead: true }),
    );
    return Item && chainSeal.parse(JSON.parse(String(Item['seal'])));
  }

  async seal({ seal, signature, keyId }: SignedSeal, chain: OpenChain): Promise<void> {
    const { tableName: TableName, region } = this.options;
    const pk = sealKeys.partition(region);
    const Item = { pk, number: seal.number, seal: sealText(seal), signature, keyId };
    const [, , shardId = ''] = chain.chain.split('/');
    await this.transact(
      [
        {
          Put: {
            TableName,
            Item: { ...Item, sk: sealKeys.sort(seal.number) },
            ConditionExpression: 'attribute_not_exists(pk)',
          },
        },
        {
          Put: {
            TableName,
            Item: { ...Item, sk: sealKeys.head, hash: sealHash(seal) },
            ...(seal.number === 1
              ? { ConditionExpression: 'attribute_not_exists(pk)' }
              : {
                  ConditionExpression: '#hash = :previous',
                  ExpressionAttributeNames: { '#hash': 'hash' },
                  ExpressionAttributeValues: { ':previous': seal.previousSeal },
                }),
          },
        },
        {
          Update: {
            TableName,
            Key: { pk: this.shardKey(shardId), sk: `CHAIN#${chain.hour}#${chain.class}` },
            UpdateExpression: 'SET sealNumber = :number REMOVE caseStatus, openedAt',
            ConditionExpression: 'attribute_exists(caseStatus)',
            ExpressionAttributeValues: { ':number': seal.number },
          },
        },
      ],
      `seal ${seal.number} of ${region}`,
    );
  }

  private async listed(kind: 'CURSOR' | 'CLOSED'): Promise<readonly { readonly [attribute: string]: unknown }[]> {
    const pages = paginateQuery(
      { client: this.client },
      {
        TableName: this.options.tableName,
        IndexName: 'cases',
        KeyConditionExpression: 'caseStatus = :listing',
        ExpressionAttributeValues: { ':listing': this.listing(kind) },
      },
    );
    const items: { readonly [attribute: string]: unknown }[] = [];
    for await (const { Items = [] } of pages) items.push(...Items);
    return items;
  }

  private async transact(TransactItems: Write[], what: string): Promise<void> {
    try {
      await this.client.send(new TransactWriteCommand({ TransactItems }));
    } catch (cause) {
      if (cause instanceof TransactionCanceledException) throw new StalePositionError(what, { cause });
      throw cause;
    }
  }

  private shardKey(shardId: string): string {
    return `CHAIN#${this.options.region}#${shardId}`;
  }

  private listing(kind: 'CURSOR' | 'CLOSED'): string {
    return `AUDIT-${kind}#${this.options.region}`;
  }
}
