import { parseStageConfig, type StageConfig, type StageName, type StageSettings, stageNames } from './stage-config';

const everywhere = {
  regions: ['sa-east-1', 'us-east-1'],
  faultInjection: false,
} satisfies StageSettings;

/** What a stage is when nobody says otherwise. `dev` and `prod` still need an account and an alarm address. */
const defaults = {
  local: {
    ...everywhere,
    account: '000000000000',
    logRetentionDays: 1,
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
  },
  dev: {
    ...everywhere,
    logRetentionDays: 14,
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
  },
  prod: {
    ...everywhere,
    logRetentionDays: 90,
    removalPolicy: 'retain',
    saga: {
      stepTimeoutSeconds: 30,
      queueTimeoutSeconds: 3600,
      retryIntervalSeconds: 2,
      stepRetries: 4,
      compensationRetries: 10,
    },
  },
} satisfies Record<StageName, StageSettings>;

const isStageName = (name: string): name is StageName => stageNames.some((known) => known === name);

/**
 * The configuration of a stage: its defaults, overridden by the deployer's settings (`config/<stage>.json`).
 * One region is deployed unless `deployedRegions` names more.
 * @throws StageConfigError when the name is unknown or a value is missing or wrong
 */
export const stageConfig = (
  name: string,
  settings: StageSettings = {},
  origin = `config/${name}.json`,
): StageConfig => {
  if (!isStageName(name)) {
    return parseStageConfig({ name }, `stage "${name}"; known stages: ${stageNames.join(', ')}`);
  }
  const merged = { name, ...defaults[name], ...settings };
  return parseStageConfig({ deployedRegions: merged.regions?.slice(0, 1), ...merged }, origin);
};
