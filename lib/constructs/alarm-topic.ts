import { Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

export interface AlarmTopicProps {
  /** Encrypts what waits for delivery; its policy has `AlarmTopic.keyUse`, or no alarm arrives. */
  readonly encryptionKey: IKey;
  /** Who hears of alarms; confirms the mail that SNS sends. @default nobody: the alarms still show in CloudWatch */
  readonly email?: string;
}

/**
 * Where the alarms of one region are told: CloudWatch publishes to a topic of the alarm's own region only.
 *
 * @example
 * const { topic } = new AlarmTopic(this, 'Alarms', { encryptionKey, email: 'oncall@example.com' });
 * setServiceDefaults(this, { alarmTopic: topic });
 */
export class AlarmTopic extends Construct {
  /** What the key's policy has to say for the alarms of the scope's account: CloudWatch has no role of ours to be granted anything. */
  public static keyUse(scope: Construct): PolicyStatement {
    const actions = ['kms:Decrypt', 'kms:GenerateDataKey'];
    return new PolicyStatement({ principals: [cloudWatch(scope)], actions, resources: ['*'] });
  }

  public readonly topic: ITopic;

  constructor(scope: Construct, id: string, props: AlarmTopicProps) {
    super(scope, id);
    const { encryptionKey: masterKey, email } = props;
    // 'Default' leaves no trace in logical ids: the topic is where it was before it had a construct around it.
    const topic = new Topic(this, 'Default', { masterKey, enforceSSL: true });
    topic.grantPublish(cloudWatch(this));
    if (email !== undefined) {
      const subscription = topic.addSubscription(new EmailSubscription(email));
      Validations.of(subscription).acknowledge({
        id: 'Serverless-SNSRedrivePolicy',
        reason: 'An alarm whose e-mail is lost still stands in CloudWatch; sending it late helps nobody.',
      });
    }
    this.topic = topic;
  }
}

const cloudWatch = (scope: Construct): ServicePrincipal =>
  new ServicePrincipal('cloudwatch.amazonaws.com', {
    conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
  });
