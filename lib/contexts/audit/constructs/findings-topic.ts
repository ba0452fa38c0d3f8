import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { grantKeyUse } from '../../../constructs/key-use';

export interface FindingsTopicProps {
  /** Encrypts what waits for delivery. Subscribers of other services need its use. */
  readonly encryptionKey: IKey;
}

/** Where unusual accesses are told: a topic of its own, because who may know of them is not who is woken up by alarms. */
export class FindingsTopic extends Construct {
  public readonly topicArn: string;
  private readonly encryptionKey: IKey;

  constructor(scope: Construct, id: string, { encryptionKey }: FindingsTopicProps) {
    super(scope, id);
    const topic = new Topic(this, 'Topic', { masterKey: encryptionKey, enforceSSL: true });
    this.topicArn = topic.topicArn;
    this.encryptionKey = encryptionKey;
  }

  /** Lets `grantee` publish. */
  public grantPublish(grantee: IGrantable): void {
    const [actions, resources] = [['sns:Publish'], [this.topicArn]];
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources }));
    grantKeyUse(this.encryptionKey, grantee, 'sns', ['kms:Decrypt', 'kms:GenerateDataKey']);
  }
}
