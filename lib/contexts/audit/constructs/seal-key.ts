import type { RemovalPolicy } from 'aws-cdk-lib';
import {
  AccountRootPrincipal,
  AnyPrincipal,
  Effect,
  type IRole,
  PolicyDocument,
  PolicyStatement,
} from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { keyAdministration } from '../../../constructs/key-administration';

export interface SealKeyProps {
  readonly removalPolicy: RemovalPolicy;
  /** Who checks signatures. */
  readonly auditor: IRole;
  /** ARN of the role that signs, which is made later. */
  readonly sealerArn: string;
  /** ARNs of whoever may change the key and its policy. */
  readonly administrators: readonly string[];
}

/** The key that signs the heads of chains. One role signs; whatever IAM says of others, the key's own policy does not let them. */
export class SealKey extends Construct {
  public readonly key: Key;

  constructor(scope: Construct, id: string, props: SealKeyProps) {
    super(scope, id);
    const { removalPolicy, auditor, sealerArn, administrators } = props;
    const resources = ['*'];
    const policy = new PolicyDocument({
      statements: [
        ...keyAdministration(administrators),
        new PolicyStatement({ principals: [auditor], actions: ['kms:GetPublicKey', 'kms:Verify'], resources }),
        new PolicyStatement({
          principals: [new AccountRootPrincipal()],
          actions: ['kms:Sign', 'kms:GetPublicKey'],
          resources,
          // By name, because it is made after this key.
          conditions: { ArnEquals: { 'aws:PrincipalArn': sealerArn } },
        }),
        new PolicyStatement({
          effect: Effect.DENY,
          principals: [new AnyPrincipal()],
          actions: ['kms:Sign', 'kms:CreateGrant'],
          resources,
          conditions: { ArnNotEquals: { 'aws:PrincipalArn': sealerArn } },
        }),
      ],
    });
    // 'Default' leaves no trace in its logical id: the key is where it was before it had a construct around it.
    this.key = new Key(this, 'Default', {
      description: 'Signs the heads of chains of the audit trail',
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      removalPolicy,
      policy,
    });
  }
}
