import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { customerTokens } from '../../drills/harness/customer-tokens';
import { CachedKeyWrapping } from '../../lambdas/shared/cached-key-wrapping';
import { DynamoDbSubjectKeys } from '../../lambdas/shared/dynamodb-subject-keys.adapter';
import { KmsKeyWrapping } from '../../lambdas/shared/kms-key-wrapping.adapter';
import { type FieldOpener, fieldOpener } from '../../lambdas/shared/subject-seals';
import { systemClock as clock } from '../../lambdas/shared/system-clock.adapter';
import { clientConfig } from '../../local/deployment/aws-clients';
import type { DeployedStore } from './deployed-store';

/** The table of customers' keys in the local stage. */
export const keysTable = 'tenfold-local-subject-keys';

/** The table of customers' keys as a region has it, for an administrator of the whole account. */
export const subjectKeysIn = ({ cloud }: DeployedStore, region: string): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(new DynamoDBClient({ ...clientConfig(cloud), region }));

/** What customers are called in the local stage. */
export const tokensIn = ({ cloud }: DeployedStore) =>
  customerTokens(cloud, cloud.outputs.get('PrivacyData', 'SubjectTokensSecretName'));

/** What an administrator of the whole account can open in a region. @param seconds how long unwrapped keys are kept */
export const openerIn = (store: DeployedStore, region: string, seconds = 0): FieldOpener => {
  const keyArn = store.cloud.regions.find((one) => one.region === region)?.outputs.get('PrivacyData', 'WrappingKeyArn');
  if (keyArn === undefined) throw new Error(`the store is not deployed to ${region}`);
  const kms = new KmsKeyWrapping(new KMSClient({ ...clientConfig(store.cloud), region }), keyArn);
  const wrapping = new CachedKeyWrapping(kms, { clock, seconds });
  const place = { tableName: keysTable, region, wrapping, clock, tokenOf: tokensIn(store) };
  return fieldOpener({ keys: new DynamoDbSubjectKeys(subjectKeysIn(store, region), place) });
};
