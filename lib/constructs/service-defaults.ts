import { RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IConstruct } from 'constructs';
import { type FunctionCode, functionCode } from '../build/function-code';

/** What all constructs below a point of the tree share, so that call sites say only what is their own. */
export interface ServiceDefaults {
  /** How long logs of functions and state machines are kept. @default RetentionDays.THREE_MONTHS */
  readonly logRetention: RetentionDays;
  /**
   * What happens to data, logs and old function versions when their resource goes. RETAIN also protects tables from deletion.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy: RemovalPolicy;
  /** Whether functions run with the drills' fault injection around them. @default false */
  readonly faultInjection: boolean;
  /** Where the code of `<context>/<verb-noun>` comes from. @default the bundles in `dist/`, see `functionCode` */
  readonly code: (entry: string, options: { readonly faultInjection: boolean }) => FunctionCode;
  /** Who hears of alarms. @default none: alarms change state and call nobody */
  readonly alarmTopic?: ITopic;
}

const safe: ServiceDefaults = {
  logRetention: RetentionDays.THREE_MONTHS,
  removalPolicy: RemovalPolicy.RETAIN,
  faultInjection: false,
  code: functionCode,
};

// Beside the tree and not in its context: context is frozen once a scope has children, and an alarm topic is made below its stage.
const known = new WeakMap<IConstruct, Partial<ServiceDefaults>>();

/**
 * Sets defaults for everything created below `scope` from here on; may be called again to add some.
 *
 * @example
 * setServiceDefaults(stage, { logRetention: RetentionDays.ONE_WEEK, removalPolicy: RemovalPolicy.DESTROY });
 */
export const setServiceDefaults = (scope: IConstruct, defaults: Partial<ServiceDefaults>): void => {
  known.set(scope, { ...known.get(scope), ...defaults });
};

/** The defaults that hold at `scope`: the safe ones, overridden by each ancestor's, the nearest last. */
export const serviceDefaultsOf = (scope: IConstruct): ServiceDefaults =>
  scope.node.scopes.reduce<ServiceDefaults>((inherited, ancestor) => ({ ...inherited, ...known.get(ancestor) }), safe);
