import { ArnFormat, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccountRootPrincipal, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnReplicaKey, type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

export interface RegionalKeyProps {
  readonly description: string;
  readonly removalPolicy: RemovalPolicy;
  /** What AWS services may do with the key on their own behalf; roles are granted its use by their own policies. */
  readonly statements: readonly PolicyStatement[];
  /** The key of the region that has the primary one. @default none: the primary key is made here */
  readonly primary?: RegionalKey;
}

/**
 * One customer managed key in every region of a stage: a multi-Region key, made in one region and replicated by the others under
 * the same id. Each region's key has its own policy, so the same statements are given to all.
 *
 * @example
 * const key = new RegionalKey(this, 'DataKey', { description: 'Tables of the store', removalPolicy, statements });
 * const replica = new RegionalKey(otherStack, 'DataKey', { …, primary: key });
 */
export class RegionalKey extends Construct {
  /** The key of this region. Its policy is what was given: whoever needs more is granted it by a policy of its own. */
  public readonly key: IKey;
  private readonly keyId: string;

  constructor(scope: Construct, id: string, props: RegionalKeyProps) {
    super(scope, id);
    const { description, removalPolicy, primary } = props;
    const owner = new PolicyStatement({
      actions: ['kms:*'],
      resources: ['*'],
      principals: [new AccountRootPrincipal()],
    });
    const policy = new PolicyDocument({ statements: [owner, ...props.statements] });
    if (primary === undefined) {
      const made = new Key(this, 'Primary', {
        description,
        policy,
        removalPolicy,
        enableKeyRotation: true,
        multiRegion: true,
      });
      this.keyId = made.keyId;
      this.key = Key.fromKeyArn(this, 'Key', made.keyArn);
    } else {
      const { keyArn: primaryKeyArn } = primary.key;
      const replica = new CfnReplicaKey(this, 'Replica', { description, keyPolicy: policy, primaryKeyArn });
      replica.applyRemovalPolicy(removalPolicy);
      this.keyId = replica.attrKeyId;
      this.key = Key.fromKeyArn(this, 'Key', replica.attrArn);
    }
  }

  /** The ARN of this key's replica in another region, known before it exists: a multi-Region key has one id everywhere. */
  public arnIn(region: string): string {
    const arnFormat = ArnFormat.SLASH_RESOURCE_NAME;
    return Stack.of(this).formatArn({ service: 'kms', resource: 'key', resourceName: this.keyId, region, arnFormat });
  }
}
