import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { toJSONSchema } from 'zod';
import type { ValidateFlagsEnv } from '../../../lambdas/flags/validate-flags.contract';
import { flagSet } from '../../../lambdas/shared/flag-set.contract';
import { FeatureFlags } from '../../constructs/feature-flags';
import { ServiceFunction } from '../../constructs/service-function';

/** How a change of flags spreads in a region. */
export interface FlagsPace {
  readonly deploymentMinutes: number;
  readonly growthPercent: number;
  readonly bakeMinutes: number;
}

export interface FlagsServiceStackProps extends StackProps {
  readonly pace: FlagsPace;
}

/** Where the region's functions find their flags. What they say comes from `config/flags.json` by `npm run flags`, the same to all regions. */
export class FlagsServiceStack extends Stack {
  public readonly flags: FeatureFlags;

  constructor(scope: Construct, id: string, props: FlagsServiceStackProps) {
    super(scope, id, props);
    const { deploymentMinutes, growthPercent, bakeMinutes } = props.pace;
    const validator = new ServiceFunction<ValidateFlagsEnv>(this, 'ValidateFlags', {
      entry: 'flags/validate-flags',
      environment: {},
      failureImpact: 'Nobody can change a flag.',
      optOutOfErrorAlarm: {
        reason:
          'An error is its answer to flags that are wrong: AppConfig refuses them, and whoever deploys them is told.',
      },
    });
    this.flags = new FeatureFlags(this, 'Flags', {
      // What JSON Schema cannot say is left out, and checked by the function.
      schema: toJSONSchema(flagSet, { target: 'draft-4', io: 'input' }),
      validator,
      deploymentDuration: Duration.minutes(deploymentMinutes),
      growthPercent,
      bakeTime: Duration.minutes(bakeMinutes),
    });
    const { applicationId, environmentId, profileId, gradualStrategyId, atOnceStrategyId } = this.flags;
    new CfnOutput(this, 'ApplicationId', { value: applicationId, description: 'AppConfig application of the flags' });
    new CfnOutput(this, 'EnvironmentId', { value: environmentId, description: 'AppConfig environment of the flags' });
    new CfnOutput(this, 'ProfileId', { value: profileId, description: 'AppConfig profile of the flags' });
    new CfnOutput(this, 'GradualStrategyId', { value: gradualStrategyId, description: 'Deploys flags step by step' });
    new CfnOutput(this, 'MonitorRoleArn', { value: this.flags.monitorRoleArn, description: 'Looks at the alarms' });
    new CfnOutput(this, 'MonitoredAlarms', {
      value: this.flags.monitoredAlarms,
      description: 'Alarms that roll a deployment of flags back',
    });
    new CfnOutput(this, 'AtOnceStrategyId', { value: atOnceStrategyId, description: 'Deploys flags at once' });
  }
}
