import { CfnOutput, type RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { DomainTopic } from '../../constructs/domain-topic';

export interface BackboneDataStackProps extends StackProps {
  readonly removalPolicy: RemovalPolicy;
  /** Who hears of alarms. @default nobody: the alarms still show in CloudWatch */
  readonly alarmEmail?: string;
}

/** What every context of a region shares: the key that encrypts its data, the topic of its events, the topic of its alarms. */
export class BackboneDataStack extends Stack {
  public readonly dataKey: IKey;
  public readonly events: DomainTopic;
  public readonly alarms: ITopic;

  constructor(scope: Construct, id: string, props: BackboneDataStackProps) {
    super(scope, id, props);
    const { removalPolicy, alarmEmail } = props;
    const dataKey = new Key(this, 'DataKey', {
      description: 'Tables, events and alarms of the store',
      enableKeyRotation: true,
      removalPolicy,
    });
    // CloudWatch publishes alarms itself and needs the key of the topic: no role of ours is in between.
    dataKey.grant(new ServicePrincipal('cloudwatch.amazonaws.com'), 'kms:Decrypt', 'kms:GenerateDataKey');
    this.dataKey = dataKey;
    this.events = new DomainTopic(this, 'Events', { encryptionKey: dataKey });
    const alarms = new Topic(this, 'Alarms', { masterKey: dataKey, enforceSSL: true });
    if (alarmEmail !== undefined) {
      const subscription = alarms.addSubscription(new EmailSubscription(alarmEmail));
      Validations.of(subscription).acknowledge({
        id: 'Serverless-SNSRedrivePolicy',
        reason: 'An alarm whose e-mail is lost still stands in CloudWatch; sending it late helps nobody.',
      });
    }
    this.alarms = alarms;
    new CfnOutput(this, 'EventsTopicArn', {
      value: this.events.topic.topicArn,
      description: 'FIFO topic of all domain events',
    });
  }
}
