import { Aws, type RemovalPolicy } from 'aws-cdk-lib';
import {
  AccountRootPrincipal,
  AnyPrincipal,
  Effect,
  type IRole,
  PolicyDocument,
  PolicyStatement,
} from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { keyAdministration } from '../../../constructs/key-administration';

export interface StoreKeyProps {
  readonly removalPolicy: RemovalPolicy;
  /** Who reads. */
  readonly auditor: IRole;
  /** Who writes. */
  readonly delivery: IRole;
  /** Names of the roles that copy objects to and from other regions, which are made later. */
  readonly replicators: readonly string[];
  /** ARNs of whoever may change the key and its policy. */
  readonly administrators: readonly string[];
}

/**
 * The key of the audit store. Only the auditor opens what it closed; the delivery closes, and may open parts of what it is just writing. A
 * policy on the whole account reaches neither its use nor its own policy, and every other role is denied by name of the deed.
 */
export class StoreKey extends Construct {
  public readonly key: Key;

  constructor(scope: Construct, id: string, props: StoreKeyProps) {
    super(scope, id);
    const { removalPolicy, auditor, delivery, replicators, administrators } = props;
    const replicatorArns = replicators.map((name) => `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/${name}`);
    const through = { 'kms:ViaService': `s3.${Aws.REGION}.amazonaws.com` };
    const resources = ['*'];
    const isReplicator = { 'aws:PrincipalArn': replicatorArns };
    const policy = new PolicyDocument({
      statements: [
        ...keyAdministration(administrators),
        new PolicyStatement({ principals: [auditor], actions: ['kms:Decrypt'], resources }),
        new PolicyStatement({
          principals: [delivery],
          // S3 opens the parts of an upload that has several, on behalf of whoever uploads.
          actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
          resources,
          conditions: { StringEquals: through },
        }),
        ...(replicatorArns.length === 0
          ? []
          : [
              // By name, because those of other regions are made after this key.
              new PolicyStatement({
                principals: [new AccountRootPrincipal()],
                actions: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'],
                resources,
                conditions: { StringEquals: through, ArnEquals: isReplicator },
              }),
            ]),
        new PolicyStatement({
          effect: Effect.DENY,
          principals: [new AnyPrincipal()],
          actions: ['kms:Decrypt', 'kms:ReEncryptFrom', 'kms:CreateGrant'],
          resources,
          conditions: { ArnNotEquals: { 'aws:PrincipalArn': [auditor.roleArn, delivery.roleArn, ...replicatorArns] } },
        }),
      ],
    });
    this.key = new Key(this, 'Key', { description: 'Audit trail', enableKeyRotation: true, removalPolicy, policy });
  }
}
