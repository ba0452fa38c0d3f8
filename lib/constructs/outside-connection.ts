import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { grantKeyUse } from './key-use';

/**
 * How to reach a service outside of AWS: a secret that holds `{"url": "https://…", "apiKey": "…"}`, or its name.
 * URL and key live in one secret because they change together, when a provider or an environment of it is swapped. The key
 * has at least 16 characters. A secret given by name is encrypted with the account's default key: a key of its own has no grant here.
 */
export type OutsideConnection = ISecret | { readonly connectionSecretName: string };

/** The secret of a connection; one that is given by name must exist before the first call. */
export const connectionSecret = (scope: Construct, id: string, connection: OutsideConnection): ISecret =>
  'connectionSecretName' in connection
    ? Secret.fromSecretNameV2(scope, id, connection.connectionSecretName)
    : connection;

/** Lets `grantee` read the connection. Written to the grantee's policy alone, so that a key in another stack stays untouched. */
export const grantConnection = (connection: ISecret, grantee: IGrantable): void => {
  // An imported name lacks the six random characters that end every secret's ARN, and that policies are matched against.
  const fullArn = connection.secretFullArn ?? `${connection.secretArn}-??????`;
  const actions = ['secretsmanager:GetSecretValue'];
  grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [fullArn] }));
  if (connection.encryptionKey) grantKeyUse(connection.encryptionKey, grantee, 'secretsmanager', ['kms:Decrypt']);
};
