import { Aws } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';

/** The services that use a customer managed key on a caller's behalf. */
export type KeyUser = 'dynamodb' | 'kinesis' | 's3' | 'secretsmanager' | 'sns' | 'sqs';

/** What DynamoDB asks of a table's key on behalf of whoever reads the table. */
export const tableReadKeyActions = ['kms:Decrypt', 'kms:DescribeKey'] as const;

/** The same of whoever also writes it. */
export const tableWriteKeyActions = [
  ...tableReadKeyActions,
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
] as const;

/**
 * Lets `grantee` use the key for these actions, and only through `service`. Whole names instead of CDK's `kms:ReEncrypt*`: a
 * granted action here contains no `*`. Written to the grantee's policy alone, so that a key in another stack stays untouched.
 */
export const grantKeyUse = (
  key: IKey,
  grantee: IGrantable,
  service: KeyUser,
  actions: readonly `kms:${string}`[],
): void => {
  const through = { 'kms:ViaService': `${service}.${Aws.REGION}.amazonaws.com` };
  grantee.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({ actions: [...actions], resources: [key.keyArn], conditions: { StringEquals: through } }),
  );
};
