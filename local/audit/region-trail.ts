import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { sealKeys } from '../../lambdas/audit/chain-seal.contract';
import { type AccessRecord, accessRecord } from '../../lambdas/shared/access-record.contract';
import type { Place } from '../deployment/aws-clients';
import { readStackOutputs, stackPrefix } from '../deployment/stack-outputs';
import { callerOf } from '../operator/caller';
import { AuditRefusalError } from './audit.errors';
import { type AuditorConfig, auditorOf } from './auditor';
import type { SealEvidence, StoredSeal } from './read-seals';
import { RecordObjects } from './record-objects';

/** The audit trail of one region. */
export interface RegionTrail {
  readonly region: string;
  readonly objects: RecordObjects;
  /** The ARN of whoever looks. */
  readonly caller: string;
  /** Records a look into the trail in the trail; resolves once the record cannot be lost. */
  recordLook(look: AccessRecord): Promise<void>;
  /** The region's seals, and what they are checked with. */
  readSeals(): Promise<SealEvidence>;
  /**
   * The seals of another region, as this region's replica of the table has them: that region need not answer.
   * @throws AuditRefusalError the table keeps no key of that region
   */
  readSealsOf(other: string): Promise<SealEvidence>;
}

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

type SealKey = Pick<SealEvidence, 'keyArn' | 'publicKey'>;

const storedSeals = async (auditor: AuditorConfig, tableName: string, region: string) => {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(auditor));
  const pages = paginateQuery(
    { client },
    {
      TableName: tableName,
      KeyConditionExpression: 'pk = :seals',
      ExpressionAttributeValues: { ':seals': sealKeys.partition(region) },
      ConsistentRead: true,
    },
  );
  const seals: StoredSeal[] = [];
  let lastNumber = 0;
  let keptKey: SealKey | undefined;
  for await (const { Items = [] } of pages) {
    for (const { sk, number, seal, signature, keyId, publicKey } of Items as readonly {
      readonly [attribute: string]: unknown;
    }[]) {
      if (sk === sealKeys.head) lastNumber = Number(number);
      else if (sk === sealKeys.key)
        keptKey = { keyArn: String(keyId), publicKey: Buffer.from(String(publicKey), 'base64') };
      else
        seals.push({
          number: Number(String(sk).slice('SEAL#'.length)),
          signed: { seal: parsedJson(String(seal)), signature, keyId },
        });
    }
  }
  return { region, seals, lastNumber, keptKey };
};

const publicKeyOf = async (auditor: AuditorConfig, keyArn: string): Promise<Buffer> => {
  const { PublicKey } = await new KMSClient(auditor).send(new GetPublicKeyCommand({ KeyId: keyArn }));
  if (PublicKey === undefined) throw new AuditRefusalError(`KMS gave no public key of ${keyArn}`);
  return Buffer.from(PublicKey);
};

const lookRecorder =
  (auditor: AuditorConfig, streamName: string) =>
  async (look: AccessRecord): Promise<void> => {
    const Records = [{ PartitionKey: look.recordId, Data: Buffer.from(JSON.stringify(accessRecord.parse(look))) }];
    // Over HTTP/1.1, like every other client here and in the functions: the embedded cloud speaks no HTTP/2.
    const answer = await new KinesisClient({ ...auditor, requestHandler: new NodeHttpHandler() }).send(
      new PutRecordsCommand({ StreamName: streamName, Records }),
    );
    if (answer.FailedRecordCount !== 0)
      throw new AuditRefusalError(
        `the stream refused the record: ${answer.Records?.[0]?.ErrorMessage ?? 'no reason given'}`,
      );
  };

/** Opens the trail of a region, as its auditor. */
export const openRegionTrail = async (stage: string, place: Place): Promise<RegionTrail> => {
  const { region } = place;
  const outputs = await readStackOutputs(place, stackPrefix(stage, region));
  const auditor = await auditorOf(place, outputs);
  const buckets = ['AccessBucketName', 'SecurityBucketName'].map((name) => outputs.get('AuditStore', name));
  const keyArn = outputs.get('AuditStore', 'SealKeyArn');
  const tableName = outputs.get('AuditData', 'TableName');
  return {
    region,
    objects: new RecordObjects(auditor, buckets),
    caller: await callerOf(place),
    recordLook: lookRecorder(auditor, outputs.get('AuditStore', 'AuditStreamName')),
    readSeals: async () => {
      const { keptKey, ...stored } = await storedSeals(auditor, tableName, region);
      const publicKey = await publicKeyOf(auditor, keyArn);
      return { ...stored, keyArn, publicKey, ...(keptKey && { keptPublicKey: keptKey.publicKey }) };
    },
    readSealsOf: async (other) => {
      const { keptKey, ...stored } = await storedSeals(auditor, tableName, other);
      if (keptKey === undefined)
        throw new AuditRefusalError(
          `the table in ${region} keeps no key of ${other}, expected one since its first seal`,
        );
      return { ...stored, ...keptKey };
    },
  };
};
