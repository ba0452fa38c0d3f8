import { type RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { AlarmTopic } from '../../constructs/alarm-topic';

export interface BackboneAlarmsStackProps extends StackProps {
  readonly removalPolicy: RemovalPolicy;
  /** Who hears of alarms. @default nobody: the alarms still show in CloudWatch */
  readonly alarmEmail?: string;
}

/** Where alarms are told in a region that the store does not live in, but which services that exist once have their metrics in. */
export class BackboneAlarmsStack extends Stack {
  public readonly alarms: ITopic;

  constructor(scope: Construct, id: string, props: BackboneAlarmsStackProps) {
    super(scope, id, props);
    const { removalPolicy, alarmEmail } = props;
    const encryptionKey = new Key(this, 'Key', {
      description: 'Alarms of services that exist once',
      enableKeyRotation: true,
      removalPolicy,
    });
    encryptionKey.addToResourcePolicy(AlarmTopic.keyUse(this));
    const email = alarmEmail !== undefined && { email: alarmEmail };
    this.alarms = new AlarmTopic(this, 'Alarms', { encryptionKey, ...email }).topic;
  }
}
