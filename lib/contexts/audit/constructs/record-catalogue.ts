import { Aws, Validations } from 'aws-cdk-lib';
import { CfnNamedQuery, CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { type RecordClass, recordClasses } from '../../../../lambdas/shared/access-record.contract';
import type { LockedBucket } from '../../../constructs/locked-bucket';

export interface RecordCatalogueProps {
  /** Name of the database, also of the workgroup with dashes. */
  readonly databaseName: string;
  /** Where the records of each class are. */
  readonly buckets: { readonly [Class in RecordClass]: LockedBucket };
}

const record = [
  'recordid:string,revision:int,class:string,actor:struct<id:string,role:string>,action:string,subject:string',
  'fields:array<string>,purpose:string,sourceip:string,country:string,useragent:string,requestid:string,correlationid:string',
  'time:string,outcome:string,region:string,unreadable:string,part:int,parts:int,sha256:string',
].join(',');

const columns = [
  { name: 'chain', type: 'string', comment: 'region/class/shard/hour of arrival' },
  { name: 'index', type: 'bigint', comment: 'place in the chain' },
  { name: 'previous', type: 'string', comment: 'hash of the link before' },
  { name: 'hash', type: 'string', comment: 'SHA-256 of previous and record' },
  { name: 'record', type: `struct<${record}>`, comment: 'the access' },
];

const between = (name: string, range: string, digits: number) => ({
  [`projection.${name}.type`]: 'integer',
  [`projection.${name}.range`]: range,
  [`projection.${name}.digits`]: String(digits),
});

/** Lines of all classes. */
const linesOf = (database: string): string =>
  recordClasses.map((name) => `SELECT record, year, month, day, hour FROM ${database}.${name}`).join(' UNION ALL ');

/**
 * The highest revision of each record, once: lines come at least once, and a second revision says how an access ended, with the security records
 * when it was refused. A record from the last moments of a month may have its end in the next.
 */
const held = (database: string, where: string): string =>
  `SELECT record.* FROM (
  SELECT record, row_number() OVER (PARTITION BY record.recordid ORDER BY record.revision DESC) AS place
  FROM (${linesOf(database)}) WHERE ${where}
) WHERE place = 1`;

const partitionAt = (time: string): string =>
  ['year:%Y', 'month:%m', 'day:%d', 'hour:%H']
    .map((part) => part.split(':'))
    .map(([name, format]) => `${name} = date_format(${time}, '${format}')`)
    .join(' AND ');
const dayOf = (time: string): string => partitionAt(time).replace(/ AND hour.*$/, '');

/** An object is named after the hour of the oldest record in it: the first records of a day may be with the last ones of the day before. */
const today = `((${dayOf('current_date')}) OR (${partitionAt("CAST(current_date AS timestamp) - interval '1' hour")}))
  AND record.time >= date_format(current_date, '%Y-%m-%d')`;

/** Records that were stored in a month. */
const inMonth = 'year = ? AND month = ?';

/** What revisions of a record have to have in common. */
const fixedFields = [
  ...['actor', 'action', 'subject', 'fields', 'purpose', 'sourceip', 'country', 'useragent', 'requestid'],
  ...['correlationid', 'time', 'region'],
]
  .map((name) => `record.${name}`)
  .join(', ');

/** What an auditor asks again and again. A `?` is asked for when it runs. */
const queries = (
  database: string,
): readonly { readonly name: string; readonly about: string; readonly text: string }[] => [
  {
    name: 'accesses-to-subject',
    about: 'Who saw or changed a subject, such as order/<id>, by what was stored in a year and month: LGPD art. 19',
    text: `${held(database, `${inMonth} AND record.subject = ?`)} ORDER BY time`,
  },
  {
    name: 'accesses-by-actor',
    about: 'What an actor did, by what was stored in a year and month',
    text: `${held(database, `${inMonth} AND record.actor.id = ?`)} ORDER BY time`,
  },
  {
    name: 'contradictory-records',
    about: 'Records of a year and month whose revisions say more than how the access ended otherwise: one is forged',
    text: `SELECT record.recordid, count(*) AS lines FROM (${linesOf(database)}) WHERE ${inMonth} GROUP BY 1
HAVING count(DISTINCT json_format(CAST(ROW(${fixedFields}) AS json))) > 1`,
  },
  {
    name: 'refused-today',
    about: 'Accesses of today that were not granted, by actor',
    text: `SELECT actor.id, outcome, count(*) AS accesses FROM (${held(database, today)}) WHERE outcome <> 'granted' GROUP BY 1, 2 ORDER BY 3 DESC`,
  },
  {
    name: 'busiest-actors-today',
    about: 'How many subjects each actor saw today',
    text: `SELECT actor.id, count(DISTINCT subject) AS subjects FROM (${held(database, today)}) GROUP BY 1 ORDER BY 2 DESC`,
  },
];

/** A table over both buckets for Athena, a workgroup for it, and ready queries. */
export class RecordCatalogue extends Construct {
  private readonly workGroupName: string;
  private readonly databaseName: string;

  constructor(scope: Construct, id: string, props: RecordCatalogueProps) {
    super(scope, id);
    const { databaseName, buckets } = props;
    this.databaseName = databaseName;
    const catalogId = Aws.ACCOUNT_ID;
    const database = new CfnDatabase(this, 'Database', { catalogId, databaseInput: { name: databaseName } });
    for (const recordClass of recordClasses) this.table(database, recordClass, buckets[recordClass]);
    const workGroup = new CfnWorkGroup(this, 'WorkGroup', {
      name: databaseName.replaceAll('_', '-'),
      description: 'Searches in the audit trail',
      recursiveDeleteOption: true,
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true,
        publishCloudWatchMetricsEnabled: true,
        // Athena keeps results for a day: a bucket of ours would be one more place to guard.
        managedQueryResultsConfiguration: { enabled: true },
        bytesScannedCutoffPerQuery: 100_000_000_000,
      },
    });
    Validations.of(workGroup).acknowledge({
      id: 'AwsSolutions-ATH1',
      reason: 'Results are managed by Athena, which encrypts them; there is no location of ours to encrypt.',
    });
    this.workGroupName = workGroup.name;
    for (const { name, about: description, text: queryString } of queries(databaseName)) {
      const query = { database: databaseName, workGroup: workGroup.name, name, description, queryString };
      new CfnNamedQuery(this, name, query).node.addDependency(workGroup, database);
    }
  }

  /** Lets `grantee` search. Reading the objects is granted with the buckets. */
  public grantSearch(grantee: IGrantable): void {
    const { grantPrincipal } = grantee;
    const arn = (service: string, path: string) =>
      `arn:${Aws.PARTITION}:${service}:${Aws.REGION}:${Aws.ACCOUNT_ID}:${path}`;
    const search = [
      ...['StartQueryExecution', 'StopQueryExecution', 'GetQueryExecution', 'GetQueryResults', 'GetWorkGroup'],
      ...['ListNamedQueries', 'GetNamedQuery'],
    ].map((action) => `athena:${action}`);
    const workGroup = arn('athena', `workgroup/${this.workGroupName}`);
    grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: search, resources: [workGroup] }));
    const tables = recordClasses.map((name) => arn('glue', `table/${this.databaseName}/${name}`));
    grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['glue:GetDatabase', 'glue:GetTable', 'glue:GetPartitions'],
        resources: [arn('glue', 'catalog'), arn('glue', `database/${this.databaseName}`), ...tables],
      }),
    );
  }

  private table(database: CfnDatabase, recordClass: RecordClass, bucket: LockedBucket): void {
    const location = `s3://${bucket.bucketName}/class=${recordClass}/`;
    const path = ['year', 'month', 'day', 'hour'].map((name) => `${name}=\${${name}}`).join('/');
    new CfnTable(this, recordClass, {
      catalogId: Aws.ACCOUNT_ID,
      databaseName: database.ref,
      tableInput: {
        name: recordClass,
        description: `Records of class ${recordClass}, a line each; a line may be there twice`,
        tableType: 'EXTERNAL_TABLE',
        parameters: {
          'projection.enabled': 'true',
          ...between('year', '2026,2100', 4),
          ...between('month', '1,12', 2),
          ...between('day', '1,31', 2),
          ...between('hour', '0,23', 2),
          'storage.location.template': `${location}${path}`,
        },
        partitionKeys: ['year', 'month', 'day', 'hour'].map((name) => ({ name, type: 'string' })),
        storageDescriptor: {
          location,
          columns,
          inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
          outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
          serdeInfo: { serializationLibrary: 'org.openx.data.jsonserde.JsonSerDe' },
        },
      },
    });
  }
}
