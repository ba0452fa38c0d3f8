import { CfnOutput, type RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { AlarmTopic } from '../../constructs/alarm-topic';
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
    // Works on its own behalf, as CloudWatch does, with no role of ours in between: it delivers the sagas' logs.
    const logDelivery = new ServicePrincipal('delivery.logs.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
    });
    this.dataKey = new RegionalKey(this, 'DataKey', {
      description: 'Tables, events and alarms of the store',
      removalPolicy,
      statements: [
        AlarmTopic.keyUse(this),
        new PolicyStatement({ principals: [logDelivery], actions: ['kms:Decrypt'], resources: ['*'] }),
      ],
      ...(primaryKey && { primary: primaryKey }),
    });
    const { key: encryptionKey } = this.dataKey;
    this.events = new DomainTopic(this, 'Events', { encryptionKey });
    const email = alarmEmail !== undefined && { email: alarmEmail };
    this.alarms = new AlarmTopic(this, 'Alarms', { encryptionKey, ...email }).topic;
    new ApiLogging(this, 'ApiLogging');
    new CfnOutput(this, 'EventsTopicArn', {
      value: this.events.topic.topicArn,
      description: 'FIFO topic of all domain events',
    });
  }
}
