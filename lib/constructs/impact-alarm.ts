import { Alarm, ComparisonOperator, type IAlarm, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct } from 'constructs';
import { serviceDefaultsOf } from './service-defaults';

/** A heading of a runbook: `<file>.md#<heading>` below `docs/runbooks/`. */
export type RunbookEntry = `${string}.md#${string}`;

export interface ImpactAlarmProps {
  readonly metric: IMetric;
  /** Who is hurt, and how, while this lasts: one sentence for the person it wakes up. */
  readonly impact: string;
  /** What to do about it. */
  readonly runbook: RunbookEntry;
  /** The alarm rings at this value and above. @default 1 */
  readonly threshold?: number;
  /** Rings below the threshold instead, and when there is no value at all: for what has to happen again and again. @default false */
  readonly ringsOnSilence?: boolean;
  /** For how many periods in a row. @default 1 */
  readonly periods?: number;
}

/**
 * An alarm that says who is hurt and what to do about it, and tells the stage's alarm topic.
 * A plain metric on purpose: local clouds refuse alarms on metric math.
 */
export class ImpactAlarm extends Construct {
  public readonly alarm: IAlarm;

  constructor(scope: Construct, id: string, props: ImpactAlarmProps) {
    super(scope, id);
    const { metric, impact, runbook, threshold = 1, ringsOnSilence = false, periods: evaluationPeriods = 1 } = props;
    const alarm = new Alarm(this, 'Resource', {
      metric,
      threshold,
      evaluationPeriods,
      comparisonOperator: ringsOnSilence
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // Most metrics exist only while something happens; silence is not a failure of theirs.
      treatMissingData: ringsOnSilence ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
      alarmDescription: `${impact} Runbook: docs/runbooks/${runbook}`,
    });
    const { alarmTopic } = serviceDefaultsOf(this);
    if (alarmTopic) alarm.addAlarmAction(new SnsAction(alarmTopic));
    this.alarm = alarm;
  }
}
