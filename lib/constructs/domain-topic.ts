import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { FifoThroughputScope, type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { grantKeyUse } from './key-use';

export interface DomainTopicProps {
  /** The customer managed key that encrypts what waits for delivery; whoever is granted to publish is granted its use. */
  readonly encryptionKey: IKey;
}

/**
 * Where contexts hear of each other's events: an SNS FIFO topic, ordered per message group (the entity), deduplicated by the
 * deduplication id that publishers give (the event id) and never by content. TLS only.
 *
 * @example
 * const topic = new DomainTopic(this, 'Events', { encryptionKey });
 * topic.grantPublish(relay);
 */
export class DomainTopic extends Construct {
  public readonly topic: ITopic;
  public readonly topicArn: string;
  private readonly encryptionKey: IKey;

  constructor(scope: Construct, id: string, props: DomainTopicProps) {
    super(scope, id);
    this.encryptionKey = props.encryptionKey;
    this.topic = new Topic(this, 'Topic', {
      fifo: true,
      contentBasedDeduplication: false,
      // Deduplicates within a group, which is all that entities need, and lifts the topic's limit of 3,000 messages a second.
      fifoThroughputScope: FifoThroughputScope.MESSAGE_GROUP,
      masterKey: props.encryptionKey,
      enforceSSL: true,
    });
    this.topicArn = this.topic.topicArn;
  }

  /** Lets `grantee` ask whether the topic is there. */
  public grantLookUp(grantee: IGrantable): void {
    const lookUp = new PolicyStatement({ actions: ['sns:GetTopicAttributes'], resources: [this.topicArn] });
    grantee.grantPrincipal.addToPrincipalPolicy(lookUp);
  }

  /** Lets `grantee` publish, one message or a batch. */
  public grantPublish(grantee: IGrantable): void {
    const publish = new PolicyStatement({ actions: ['sns:Publish'], resources: [this.topicArn] });
    grantee.grantPrincipal.addToPrincipalPolicy(publish);
    grantKeyUse(this.encryptionKey, grantee, 'sns', ['kms:Decrypt', 'kms:GenerateDataKey']);
  }
}
