import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  parseStageConfig,
  type StageConfig,
  StageConfigError,
  type StageName,
  type StageSettings,
  stageNames,
} from './stage-config';

/** Six months of accesses (Marco Civil da Internet, art. 15), five years of security records: docs/contexts/audit.md has why. */
const lawfulDays = { access: 183, security: 1827 };

const everywhere = {
  regions: ['sa-east-1', 'us-east-1'],
  accelerateDns: false,
  regionSwitchPlan: false,
  // Renewed each minute: four renewals may fail before the region stops writing.
  regionLease: { durationSeconds: 300 },
  // SQS: its counts are not consistent until at least a minute after the last message was sent.
  regionReturn: { queueCountSeconds: 90 },
  faultInjection: false,
  // A stage may have orders that code before this one has written: cutover is its own decision, see docs/contexts/migrations.md.
  schemaPhases: { order: { version: 3, phase: 'expand' } },
} satisfies StageSettings;

/** Lambda's metrics are complete about two minutes after their minute. */
const tenPercent = { shift: 'canary', percentage: 10, metricsDelaySeconds: 120 } as const;

/** What a stage is when nobody says otherwise. `dev` and `prod` still need an account and an alarm address. */
const defaults = {
  local: {
    ...everywhere,
    account: '000000000000',
    domain: 'tenfold.test',
    hostedZone: 'create',
    // Its keeper is called every six seconds by the embedded cloud, and every minute by an emulator that plays no schedule faster.
    regionLease: { durationSeconds: 40 },
    // Its queues count at once.
    regionReturn: { queueCountSeconds: 5 },
    // A local cloud begins without orders.
    schemaPhases: { order: { version: 3, phase: 'cutover' } },
    logRetentionDays: RetentionDays.ONE_DAY,
    removalPolicy: 'destroy',
    paymentProvider: 'sandbox',
    carrier: 'sandbox',
    faultInjection: true,
    saga: {
      stepTimeoutSeconds: 4,
      queueTimeoutSeconds: 60,
      retryIntervalSeconds: 1,
      stepRetries: 2,
      compensationRetries: 2,
    },
    // A local cloud is thrown away, and shows what was recorded at once.
    audit: { lock: 'governance', days: { access: 1, security: 1 }, bufferSeconds: 60, shards: 1, auditorMfa: false },
    // The embedded cloud plays a look's minute in six seconds; the patience before it is cut as much.
    activity: { shards: 2, retentionDays: 7, gapPatienceSeconds: 10 },
    flags: { deploymentMinutes: 1, growthPercent: 50, bakeMinutes: 1 },
    // Both looks end within a minute. The embedded cloud plays CodeDeploy's minutes faster, so there are enough of them.
    release: { ...tenPercent, intervalMinutes: 15, windowSeconds: 10, metricsDelaySeconds: 2, bakeMinutes: 1 },
  },
  dev: {
    ...everywhere,
    logRetentionDays: RetentionDays.TWO_WEEKS,
    removalPolicy: 'destroy',
    paymentProvider: 'sandbox',
    carrier: 'sandbox',
    saga: {
      stepTimeoutSeconds: 30,
      queueTimeoutSeconds: 900,
      retryIntervalSeconds: 1,
      stepRetries: 3,
      compensationRetries: 6,
    },
    audit: { lock: 'governance', days: { access: 7, security: 7 }, bufferSeconds: 60, shards: 1, auditorMfa: false },
    activity: { shards: 1, retentionDays: 1, gapPatienceSeconds: 60 },
    flags: { deploymentMinutes: 2, growthPercent: 50, bakeMinutes: 2 },
    release: { ...tenPercent, intervalMinutes: 15, windowSeconds: 120, bakeMinutes: 10 },
  },
  prod: {
    ...everywhere,
    logRetentionDays: RetentionDays.THREE_MONTHS,
    removalPolicy: 'retain',
    saga: {
      stepTimeoutSeconds: 30,
      queueTimeoutSeconds: 3600,
      retryIntervalSeconds: 2,
      stepRetries: 4,
      compensationRetries: 10,
    },
    audit: {
      lock: 'governance',
      days: lawfulDays,
      coldAfterDays: 30,
      bufferSeconds: 300,
      shards: 'on-demand',
      auditorMfa: true,
    },
    // Two can be split without a stop when they get busy; on demand would begin with four.
    activity: { shards: 2, retentionDays: 7, gapPatienceSeconds: 60 },
    flags: { deploymentMinutes: 10, growthPercent: 20, bakeMinutes: 10 },
    // Half an hour of traffic: what grows (queues, memory, errors of a few) has the time to.
    release: { ...tenPercent, intervalMinutes: 20, windowSeconds: 300, bakeMinutes: 30 },
  },
} satisfies Record<StageName, StageSettings>;

const isStageName = (name: string): name is StageName => stageNames.some((known) => known === name);

/**
 * The configuration of a stage: its defaults, overridden by the deployer's settings (`config/<stage>.json`).
 * @param origin where the settings come from, for the report
 * @throws StageConfigError when the name is unknown or a value is missing or wrong
 */
export const stageConfig = (
  name: string,
  settings: { readonly [field: string]: unknown } = {},
  origin = `config/${name}.json`,
): StageConfig => {
  if (!isStageName(name)) {
    throw new StageConfigError(`stage: got ${JSON.stringify(name)}; expected one of ${stageNames.join(', ')}`);
  }
  const { saga, regionLease, regionReturn, release, flags, audit, activity } = settings;
  const isGroup = (value: unknown): value is object => typeof value === 'object' && value !== null;
  const merged = {
    name,
    ...defaults[name],
    ...settings,
    // Field by field: one number may be changed alone.
    ...(isGroup(saga) && { saga: { ...defaults[name].saga, ...saga } }),
    ...(isGroup(regionReturn) && { regionReturn: { ...defaults[name].regionReturn, ...regionReturn } }),
    ...(isGroup(release) && { release: { ...defaults[name].release, ...release } }),
    ...(isGroup(regionLease) && { regionLease: { ...defaults[name].regionLease, ...regionLease } }),
    ...(isGroup(audit) && { audit: { ...defaults[name].audit, ...audit } }),
    ...(isGroup(activity) && { activity: { ...defaults[name].activity, ...activity } }),
    ...(isGroup(flags) && { flags: { ...defaults[name].flags, ...flags } }),
  };
  return parseStageConfig(merged, origin);
};
