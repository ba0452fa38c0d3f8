import { Stack } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import type { ContextTable } from '../../../constructs/context-table';
import { tableReadKeyActions, tableWriteKeyActions } from '../../../constructs/key-use';

/** A context's table as its own region sees it, and the name that all its replicas have. */
export interface NamedTable {
  readonly table: ContextTable;
  readonly tableName: string;
}

/** Another region of the stage. */
export interface PeerRegion {
  readonly region: string;
  /** The key that its replicas are encrypted with. */
  readonly keyArn: string;
}

/** The tables of all contexts, and their replicas in the other regions: who may do what with them. */
export class RegionTables {
  constructor(
    private readonly scope: IConstruct,
    private readonly tables: { readonly [context: string]: NamedTable },
    private readonly peers: readonly PeerRegion[],
  ) {}

  /** Environment that says which tables there are, and in which regions. */
  get environment(): { readonly CONTEXT_TABLES: string; readonly STAGE_REGIONS: string } {
    const names = Object.entries(this.tables).map(([context, { tableName }]) => [context, tableName]);
    const regions = [Stack.of(this.scope).region, ...this.peers.map(({ region }) => region)];
    return { CONTEXT_TABLES: JSON.stringify(Object.fromEntries(names)), STAGE_REGIONS: JSON.stringify(regions) };
  }

  /** Lets `grantee` keep the records about regions in this region's tables. */
  public grantRecordsHere(grantee: IGrantable): void {
    for (const { table } of Object.values(this.tables)) table.grantRegionRecords(grantee);
  }

  /** The same, and read them in the other regions. */
  public grantRecords(grantee: IGrantable): void {
    this.grantRecordsHere(grantee);
    this.grantPeers(grantee, ['dynamodb:Query'], tableReadKeyActions);
  }

  /** Lets `grantee` keep the records about regions here and in the other regions. */
  public grantRecordsEverywhere(grantee: IGrantable): void {
    this.grantRecordsHere(grantee);
    this.grantPeers(grantee, ['dynamodb:Query', 'dynamodb:PutItem'], tableWriteKeyActions);
  }

  /** Lets `grantee` read every item of the other regions, and compare it with this region's. */
  public grantCompare(grantee: IGrantable): void {
    for (const { table } of Object.values(this.tables)) table.grantRead(grantee);
    this.grantPeers(grantee, ['dynamodb:Scan', 'dynamodb:BatchGetItem'], tableReadKeyActions, 'every item');
  }

  /** Lets `grantee` compare every item with the other regions', and write here what has to be replicated again. */
  public grantRepair(grantee: IGrantable): void {
    for (const { table } of Object.values(this.tables)) {
      table.grantEntityStore(grantee);
      table.grantScan(grantee);
    }
    this.grantPeers(grantee, ['dynamodb:BatchGetItem'], tableReadKeyActions, 'every item');
  }

  private grantPeers(
    grantee: IGrantable,
    actions: readonly string[],
    keyActions: readonly string[],
    of: 'records about regions' | 'every item' = 'records about regions',
  ): void {
    const leading = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['region/*'] } };
    const { account, partition } = Stack.of(this.scope);
    for (const { region, keyArn } of this.peers) {
      const resources = Object.values(this.tables).map(
        ({ tableName }) => `arn:${partition}:dynamodb:${region}:${account}:table/${tableName}`,
      );
      const statements = [
        new PolicyStatement({
          actions: [...actions],
          resources,
          ...(of === 'records about regions' && { conditions: leading }),
        }),
        new PolicyStatement({
          actions: [...keyActions],
          resources: [keyArn],
          conditions: { StringEquals: { 'kms:ViaService': `dynamodb.${region}.amazonaws.com` } },
        }),
      ];
      for (const statement of statements) grantee.grantPrincipal.addToPrincipalPolicy(statement);
    }
  }
}
