import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { z } from 'zod';

/** The stages that the app knows how to build. `local` is the embedded cloud, which needs no configuration. */
export const stageNames = ['local', 'dev', 'prod'] as const;
export type StageName = (typeof stageNames)[number];

const region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'expected an AWS region such as "sa-east-1"');

const outsideService = z.union([
  z.literal('sandbox'),
  z.strictObject({
    /** Name of a Secrets Manager secret that holds `{"url": "https://…", "apiKey": "…"}`. */
    connectionSecretName: z.string().min(1).max(512),
  }),
]);

const stageConfigSchema = z
  .strictObject({
    name: z.enum(stageNames),
    /** The AWS account, twelve digits. */
    account: z.string().regex(/^\d{12}$/, 'expected a twelve-digit AWS account id'),
    /** Every region that the store is designed to live in; the first is the primary one. */
    regions: z.array(region).min(1).max(5),
    /** The regions that get stacks. */
    deployedRegions: z.array(region).min(1),
    /** The store's own domain, for example `shop.example.com`. Without one, the API answers on its AWS name. */
    domain: z
      .string()
      .regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/, 'expected a lower-case host name such as "shop.example.com"')
      .optional(),
    /** Who hears of alarms. */
    alarmEmail: z.email().optional(),
    /** How long function and access logs are kept, in days; one of the periods CloudWatch Logs offers. */
    logRetentionDays: z.enum(RetentionDays),
    /** What happens to data when a stack is deleted. `retain` also turns on deletion protection. */
    removalPolicy: z.enum(['retain', 'destroy']),
    /** Who charges cards: the sandbox that the stage deploys, or a real provider. */
    paymentProvider: outsideService,
    /** Who ships parcels: the sandbox that the stage deploys, or a real carrier. */
    carrier: outsideService,
    /** Lets drills make saga steps fail through an order's metadata. Never outside `local`. */
    faultInjection: z.boolean(),
    saga: z.strictObject({
      /** How long one try of a step may take, in seconds. */
      stepTimeoutSeconds: z.number().int().min(2).max(900),
      /** How long the charge may stay on its queue before the saga gives up on it, in seconds. */
      queueTimeoutSeconds: z.number().int().min(5).max(86_400),
      /** Wait before the first retry, in seconds; it doubles from there, with full jitter. */
      retryIntervalSeconds: z.number().int().min(1).max(60),
      /** Retries of a failing step before its saga compensates. */
      stepRetries: z.number().int().min(0).max(10),
      /** Retries of a failing compensation before it is parked for an operator. */
      compensationRetries: z.number().int().min(1).max(20),
    }),
    /** Where Cognito serves a pool's public keys, when that is not its regional endpoint. */
    identityEndpoint: z.url().optional(),
  })
  .superRefine((config, context) => {
    const complain = (path: string, input: unknown, message: string) =>
      context.addIssue({ code: 'custom', path: path.split('.'), input, message });
    if (config.faultInjection && config.name !== 'local') {
      complain(
        'faultInjection',
        config.faultInjection,
        'expected false: faults may be injected in the local stage only',
      );
    }
    if (config.name !== 'local' && config.alarmEmail === undefined) {
      complain('alarmEmail', config.alarmEmail, 'expected an e-mail address: somebody must hear of alarms');
    }
    if (new Set(config.regions).size !== config.regions.length) {
      complain('regions', config.regions, 'expected each region once');
    }
    if (config.deployedRegions.length > 1) {
      // Two regions that do not replicate would take the same request as two orders with one id.
      complain('deployedRegions', config.deployedRegions, 'expected one region: tables are not replicated yet');
    }
    const unknown = config.deployedRegions.find((name) => !config.regions.includes(name));
    if (unknown !== undefined) {
      complain('deployedRegions', unknown, `expected only regions listed in "regions" (${config.regions.join(', ')})`);
    }
  });

/** A checked stage configuration: everything about a stage that is not code. */
export type StageConfig = z.output<typeof stageConfigSchema>;

/** What a stage needs from whoever deploys it; the rest has defaults in `stages.ts`. */
export type StageSettings = Partial<Omit<StageConfig, 'name'>>;

/** The configuration of a stage is wrong. The message lists every field, its value and what was expected. */
export class StageConfigError extends Error {
  override readonly name = 'StageConfigError';
}

const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    input,
  );

const show = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value));

/**
 * Checks a stage's configuration.
 * @throws StageConfigError naming each wrong field, its value and what was expected
 */
export const parseStageConfig = (input: unknown, origin: string): StageConfig => {
  const result = stageConfigSchema.safeParse(input);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => {
    const field = issue.path.join('.') || '(the whole)';
    return `  ${field}: got ${show(valueAt(input, issue.path))}; ${issue.message}`;
  });
  throw new StageConfigError(`the configuration of the stage is wrong (${origin}):\n${lines.join('\n')}`);
};
