import { CfnOutput, type RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { DomainTopic } from '../../constructs/domain-topic';
import { RegionalKey } from '../../constructs/regional-key';
import { ApiLogging } from './constructs/api-logging';

export interface BackboneDataStackProps extends StackProps {
  readonly removalPolicy: RemovalPolicy;
  /** Who hears of alarms. @default nobody: the alarms still show in CloudWatch */
  readonly alarmEmail?: string;
  /** The data key of the stage's primary region. @default none: this is the primary region */
  readonly primaryKey?: RegionalKey;
}

/** What every context of a region shares: the key that encrypts its data, the topic of its events, the topic of its alarms,
 * and the account's permission for APIs to log. */
export class BackboneDataStack extends Stack {
  public readonly dataKey: RegionalKey;
  public readonly events: DomainTopic;
  public readonly alarms: ITopic;

  constructor(scope: Construct, id: string, props: BackboneDataStackProps) {
    super(scope, id, props);
    const { removalPolicy, alarmEmail, primaryKey } = props;
    const ofThisAccount = (service: string) =>
      new ServicePrincipal(service, { conditions: { StringEquals: { 'aws:SourceAccount': this.account } } });
    const mayUse = (principal: ServicePrincipal, ...actions: string[]) =>
      new PolicyStatement({ principals: [principal], actions, resources: ['*'] });
    // Both work on their own behalf, with no role of ours in between: one publishes alarms, the other delivers the sagas' logs.
    const cloudWatch = ofThisAccount('cloudwatch.amazonaws.com');
    this.dataKey = new RegionalKey(this, 'DataKey', {
      description: 'Tables, events and alarms of the store',
      removalPolicy,
      statements: [
        mayUse(cloudWatch, 'kms:Decrypt', 'kms:GenerateDataKey'),
        mayUse(ofThisAccount('delivery.logs.amazonaws.com'), 'kms:Decrypt'),
      ],
      ...(primaryKey && { primary: primaryKey }),
    });
    const { key: encryptionKey } = this.dataKey;
    this.events = new DomainTopic(this, 'Events', { encryptionKey });
    const alarms = new Topic(this, 'Alarms', { masterKey: encryptionKey, enforceSSL: true });
    alarms.grantPublish(cloudWatch);
    if (alarmEmail !== undefined) {
      const subscription = alarms.addSubscription(new EmailSubscription(alarmEmail));
      Validations.of(subscription).acknowledge({
        id: 'Serverless-SNSRedrivePolicy',
        reason: 'An alarm whose e-mail is lost still stands in CloudWatch; sending it late helps nobody.',
      });
    }
    this.alarms = alarms;
    new ApiLogging(this, 'ApiLogging');
    new CfnOutput(this, 'EventsTopicArn', {
      value: this.events.topic.topicArn,
      description: 'FIFO topic of all domain events',
    });
  }
}
