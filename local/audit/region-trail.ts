import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { sealKeys } from '../../lambdas/audit/chain-seal.contract';
import type { Place } from '../deployment/aws-clients';
import { readStackOutputs, stackPrefix } from '../deployment/stack-outputs';
import { AuditRefusalError } from './audit.errors';
import { type AuditorConfig, auditorOf } from './auditor';
import { RecordObjects } from './record-objects';
import type { Evidence, StoredSeal } from './verify-chains';

/** The audit trail of one region. */
export interface RegionTrail {
  readonly region: string;
  readonly objects: RecordObjects;
  /** The seals, and what they are checked with. */
  readSeals(): Promise<Pick<Evidence, 'seals' | 'lastNumber' | 'keyArn' | 'publicKey'>>;
}

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

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
  for await (const { Items = [] } of pages) {
    for (const { sk, number, seal, signature, keyId } of Items as readonly {
      readonly [attribute: string]: unknown;
    }[]) {
      if (sk === sealKeys.head) lastNumber = Number(number);
      else
        seals.push({
          number: Number(String(sk).slice('SEAL#'.length)),
          signed: { seal: parsedJson(String(seal)), signature, keyId },
        });
    }
  }
  return { seals, lastNumber };
};

const publicKeyOf = async (auditor: AuditorConfig, keyArn: string): Promise<Buffer> => {
  const { PublicKey } = await new KMSClient(auditor).send(new GetPublicKeyCommand({ KeyId: keyArn }));
  if (PublicKey === undefined) throw new AuditRefusalError(`KMS gave no public key of ${keyArn}`);
  return Buffer.from(PublicKey);
};

/** Opens the trail of a region, as its auditor. */
export const openRegionTrail = async (stage: string, place: Place): Promise<RegionTrail> => {
  const { region } = place;
  const outputs = await readStackOutputs(place, stackPrefix(stage, region));
  const auditor = await auditorOf(place, outputs);
  const buckets = ['AccessBucketName', 'SecurityBucketName'].map((name) => outputs.get('AuditStore', name));
  const keyArn = outputs.get('AuditStore', 'SealKeyArn');
  return {
    region,
    objects: new RecordObjects(auditor, buckets),
    readSeals: async () => ({
      ...(await storedSeals(auditor, outputs.get('AuditData', 'TableName'), region)),
      keyArn,
      publicKey: await publicKeyOf(auditor, keyArn),
    }),
  };
};
