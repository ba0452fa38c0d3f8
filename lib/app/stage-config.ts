import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { z } from 'zod';
import { newestOrderSchema } from '../../lambdas/ordering/order-schema.contract';
import { schemaPhases } from '../../lambdas/shared/schema-phase.contract';
import { judgeSeconds } from '../contexts/release';
import { type Continent, continents, nearestRegions } from './continents';
import { countryCodes } from './country-codes';

/** The stages that the app knows how to build. `local` is the embedded cloud, which needs no configuration. */
export const stageNames = ['local', 'dev', 'prod'] as const;
export type StageName = (typeof stageNames)[number];

const maximumRegions = 5;

/** Where the keeper's schedule is AWS's, and no faster than once a minute. */
const shortestLeaseSeconds = 180;

/** Six months, whichever they are. */
const shortestAccessDays = 183;

const knownRegions: ReadonlySet<string> = new Set(RegionInfo.regions.map(({ name }) => name));

const anAwsRegion = 'expected an AWS region such as "sa-east-1"';
const region = z.string(anAwsRegion).refine((name) => knownRegions.has(name), anAwsRegion);

const principalArn = z
  .string()
  .regex(/^arn:aws[a-z-]*:iam::\d{12}:(root|(role|user)\/[\w+=,.@/*-]+)$/, 'expected the ARN of a role or user');

const hostedZone = z.union(
  [
    z.literal('create'),
    z.strictObject({
      /** Id of a public hosted zone of this account that already serves the domain. */
      id: z.string().regex(/^Z[A-Z0-9]{1,31}$/, 'expected the id of a hosted zone such as "Z0123456789ABCDEFGHIJ"'),
    }),
  ],
  { error: 'expected "create", or {"id": "Z…"} of a public hosted zone that exists' },
);

/** Where clients are sent first. Every value is a region of the stage. */
const routing = z.strictObject({
  /** By continent, as Route 53 names them. @default the nearest region */
  continents: z.record(z.string(), z.string()).default({}),
  /** By country (ISO 3166-1, alpha-2); goes before the continent. @default none */
  countries: z.record(z.string(), z.string()).default({}),
  /** For clients whose place is unknown. @default the region that answers them fastest */
  default: z.string().optional(),
});

const aListOfWaves = 'expected a list of waves, each a region or a list of regions';
const wave = z.union([z.string(), z.array(z.string()).min(1)], { error: aListOfWaves });

/** Long enough for the slowest alarm: a heartbeat that is missed three minutes long, and a metric that is a minute late. */
const shortestBakeMinutes = 5;

const outsideService = z.union([
  z.literal('sandbox'),
  z.strictObject({
    /** Name of a Secrets Manager secret that holds `{"url": "https://…", "apiKey": "…"}`. */
    connectionSecretName: z.string().min(1).max(512),
  }),
]);

/** Where a change of a stored form stands. It names its version: a phase alone would be taken for the newest one's when the code has a further one. */
const schemaStep = (newest: number) =>
  z.strictObject(
    {
      version: z.literal(newest, {
        error:
          `expected ${newest}, the newest version that the code has; ` +
          `"expand" begins it, once the change before it has come to its contract in every region`,
      }),
      phase: z.enum(schemaPhases, {
        error: `expected one of ${schemaPhases.map((phase) => `"${phase}"`).join(', ')}`,
      }),
      /** In the phase `contract`: from which day on nothing was stored in an older form. `npm run migrate -- contract` writes it. */
      since: z.iso.date('expected a day such as "2026-11-23"').optional(),
    },
    { error: `expected a version and its phase such as {"version": ${newest}, "phase": "expand"}` },
  );

const stageConfigSchema = z
  .strictObject({
    name: z.enum(stageNames),
    /** The AWS account, twelve digits. */
    account: z.string().regex(/^\d{12}$/, 'expected a twelve-digit AWS account id'),
    /** The regions that the store lives in, one to five. The first is the primary one: its stacks make the tables; it never changes. */
    regions: z.tuple([region], region, { error: 'expected a list of one to five AWS regions' }),
    /** The store's own domain, for example `shop.example.com`. Without one, the API answers on its AWS name. */
    domain: z
      .string()
      .regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/, 'expected a lower-case host name such as "shop.example.com"')
      .optional(),
    /** The DNS zone of `domain`: one that exists, or `create`. */
    hostedZone: hostedZone.optional(),
    /** Which region clients are sent to first while all are healthy; needs `domain`. */
    routing: routing.prefault({}),
    /** Whether Route 53 keeps the zone changeable while us-east-1 is gone (accelerated recovery). Costs nothing extra. */
    accelerateDns: z.boolean(),
    /** Whether an ARC Region switch plan is deployed beside the stage's own evacuation. About 70 USD a month. */
    regionSwitchPlan: z.boolean(),
    regionLease: z.strictObject({
      /** How long a region may go on writing after its lease keeper has stopped, in seconds: at least 180, but in the local stage. */
      durationSeconds: z.number().int().min(10).max(3600),
    }),
    regionReturn: z.strictObject({
      /**
       * How late the consumers' queues may be with their counts, in seconds: for so long, three times over, they have to have been empty before
       * a region is let back in. SQS promises nothing before a minute has passed.
       */
      queueCountSeconds: z.number().int().min(1).max(240),
    }),
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
    audit: z.strictObject({
      /**
       * How records of accesses are locked. `compliance` cannot be undone by anybody: a stage that has it keeps its buckets until the last lock
       * has ended, and its days can only become more.
       */
      lock: z.enum(['governance', 'compliance']),
      /** For how many days records of each class are locked; they are deleted a day later. */
      days: z.strictObject({
        access: z.number().int().min(1).max(3650),
        security: z.number().int().min(1).max(3650),
      }),
      /** After how many days they go to cold storage. @default never */
      coldAfterDays: z.number().int().min(1).optional(),
      /** How long Firehose gathers records before it writes an object, in seconds. */
      bufferSeconds: z.number().int().min(0).max(900),
      /** Shards of the stream that takes records, 1,000 a second each; or as AWS sees fit. */
      shards: z.union([z.number().int().min(1).max(500), z.literal('on-demand')]),
      /** ARNs of the roles and users that may become the auditor; `prod` has to name some. @default whoever of the account IAM lets */
      auditors: z.array(principalArn).min(1).optional(),
      /** Whether they need a second factor that AWS sees. False for roles that people enter through an identity provider, which asks for it itself. */
      auditorMfa: z.boolean(),
      /** ARNs of who may change the keys and buckets of the trail beside CloudFormation's role; `*` stands for any text. @default the account's root user */
      breakGlass: z.array(principalArn).min(1).optional(),
    }),
    flags: z.strictObject({
      /** How long a change of flags takes to reach every function of a region, in minutes. */
      deploymentMinutes: z.number().int().min(0).max(1440),
      /** Percentage points of the functions that each step of it reaches more. */
      growthPercent: z.number().min(1).max(100),
      /** How long alarms are watched after that, in minutes, before the next region gets it. */
      bakeMinutes: z.number().int().min(0).max(1440),
    }),
    activity: z.strictObject({
      /** Lanes of a region's log of what customers do, each for 1,000 events a second; or `on-demand`, which costs about twice as much when busy. */
      shards: z.union([z.number().int().min(1).max(500), z.literal('on-demand')], {
        error: 'expected a whole number from 1 to 500, or "on-demand"',
      }),
      /** How long the logs can be read again, in days; more than one costs more than the lanes themselves. */
      retentionDays: z.number().int().min(1).max(365),
      /** How long a missing event may still come by itself before the log is read again for it, in seconds; a look follows within a minute. */
      gapPatienceSeconds: z.number().int().min(1).max(3600),
    }),
    /** Where the stage stands in the change of the form in which entities of a kind are stored: one deployment a step, in this order. */
    schemaPhases: z.strictObject({ order: schemaStep(newestOrderSchema) }),
    release: z.strictObject({
      /** `canary`: a part of the traffic, then all the rest. `linear`: the same part again and again. */
      shift: z.enum(['canary', 'linear']),
      /** How much of the traffic a part is. Who is worse has harmed no more than the first one. */
      percentage: z.number().int().min(1).max(50),
      /** From one part to the next, in minutes; longer than the judge needs. */
      intervalMinutes: z.number().int().min(1).max(2880),
      /** How long both versions are watched for one look at them, in seconds; there are two looks at most. */
      windowSeconds: z.number().int().min(5).max(3600),
      /** Until CloudWatch has the values of a minute that is over, in seconds. */
      metricsDelaySeconds: z.number().int().min(0).max(600),
      /** New versions get all traffic at once, unwatched: for the fix that the safeguards would keep out. */
      breakGlass: z
        .strictObject({ reason: z.string().min(10, 'expected a sentence that says why the safeguards are off') })
        .optional(),
      /**
       * Which regions get a release together, and in which order: the one that the fewest customers would miss first.
       * @default one at a time, the last of `regions` first and the primary one last
       */
      waves: z.array(wave, aListOfWaves).min(1, aListOfWaves).optional(),
      /** How long the alarms of a wave's regions are watched before the next wave begins, in minutes. */
      bakeMinutes: z.number().int().min(1).max(1440),
    }),
    /** The pipeline that releases this stage by itself (`bin/pipeline.ts`). @default none: it is released by command */
    pipeline: z
      .strictObject({
        /** A connection of CodeConnections to where the repository is. */
        connectionArn: z
          .string()
          .regex(
            /^arn:[a-z-]+:(codeconnections|codestar-connections):[a-z0-9-]+:\d{12}:connection\/[0-9a-f-]+$/,
            'expected the ARN of a connection such as "arn:aws:codeconnections:sa-east-1:111122223333:connection/…"',
          ),
        /** For example `shop/tenfold`. */
        repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'expected a repository such as "owner/name"'),
        /** What is merged here is released. */
        branch: z.string().min(1),
      })
      .optional(),
    /** Where Cognito serves the public keys of pools in all regions, when that is not its regional endpoints. */
    identityEndpoint: z.url().optional(),
  })
  .superRefine((config, context) => {
    const complain = (path: readonly string[], message: string) =>
      context.addIssue({ code: 'custom', path: [...path], input: config, message });
    if (config.faultInjection && config.name !== 'local') {
      complain(['faultInjection'], 'expected false: faults may be injected in the local stage only');
    }
    if (config.regionReturn.queueCountSeconds < 60 && config.name !== 'local') {
      complain(['regionReturn', 'queueCountSeconds'], 'expected at least 60: SQS may be a minute late with its counts');
    }
    if (config.name !== 'local' && config.alarmEmail === undefined) {
      complain(['alarmEmail'], 'expected an e-mail address: somebody must hear of alarms');
    }
    if (config.regions.length > maximumRegions) complain(['regions'], `expected at most ${maximumRegions} regions`);
    if (new Set(config.regions).size !== config.regions.length) complain(['regions'], 'expected each region once');
    if (new Set(config.regions.map((name) => RegionInfo.get(name).partition)).size > 1) {
      complain(['regions'], 'expected regions of one partition: tables replicate within one');
    }
    if (config.audit.lock === 'compliance' && config.removalPolicy === 'destroy') {
      complain(['audit', 'lock'], 'expected "governance": the stage is meant to be destroyed, and nobody could');
    }
    if (config.audit.auditors === undefined && config.name === 'prod') {
      complain(['audit', 'auditors'], 'expected the ARNs of whoever may look into the trail: not all of the account');
    }
    if (config.audit.auditors?.some((arn) => /[*]|:root$/.test(arn)) === true) {
      complain(['audit', 'auditors'], 'expected roles and users by their whole names');
    }
    if (config.audit.days.access < shortestAccessDays && config.name === 'prod') {
      const law =
        'Marco Civil da Internet (Lei 12.965/2014), art. 15, keeps access logs of applications for six months';
      complain(['audit', 'days', 'access'], `expected at least ${shortestAccessDays}: ${law}`);
    }
    if (config.domain !== undefined && config.hostedZone === undefined) {
      complain(['hostedZone'], 'expected "create", or {"id": "Z…"}: "domain" is set, and somebody must answer for it');
    }
    if (config.domain === undefined && config.hostedZone !== undefined) {
      complain(['domain'], 'expected a host name such as "shop.example.com": "hostedZone" is set');
    }
    if (config.accelerateDns && config.hostedZone !== 'create') {
      complain(['accelerateDns'], 'expected false: it is a setting of a zone that the stage creates');
    }
    if (config.regionSwitchPlan && config.regions.length === 1) {
      complain(['regionSwitchPlan'], 'expected false: there is one region, and none to switch to');
    }
    if (config.regionSwitchPlan && config.domain === undefined) {
      complain(['regionSwitchPlan'], 'expected false: without "domain" there is no stack of GeoDNS to hold the plan');
    }
    if (config.name !== 'local' && config.regionLease.durationSeconds < shortestLeaseSeconds) {
      const why = 'it is renewed once a minute, and has to outlast two renewals that fail';
      complain(['regionLease', 'durationSeconds'], `expected at least ${shortestLeaseSeconds}: ${why}`);
    }
    const { intervalMinutes, windowSeconds } = config.release;
    const needed = Math.ceil(judgeSeconds(config.release) / 60);
    if (intervalMinutes < needed) {
      complain(['release', 'intervalMinutes'], `expected at least ${needed}: the judge needs as long for its verdict`);
    }
    if (windowSeconds % 60 !== 0 && config.name !== 'local') {
      complain(['release', 'windowSeconds'], 'expected a multiple of 60: Lambda counts by the minute');
    }
    if (config.release.bakeMinutes < shortestBakeMinutes && config.name !== 'local') {
      const why = 'an alarm may need as long before it rings';
      complain(['release', 'bakeMinutes'], `expected at least ${shortestBakeMinutes}: ${why}`);
    }
    if (config.release.waves !== undefined) {
      const named = config.release.waves.flat();
      const faults = [
        ...named.filter((name) => !config.regions.includes(name)).map((name) => `${name} is none of them`),
        ...config.regions.filter((name) => !named.includes(name)).map((name) => `${name} is missing`),
        ...new Set(named.filter((name, at) => named.indexOf(name) !== at).map((name) => `${name} is there twice`)),
      ];
      if (faults.length > 0) complain(['release', 'waves'], `expected each of "regions" once; ${faults.join(', ')}`);
    }
    if (config.pipeline !== undefined && config.name === 'local') {
      complain(['pipeline'], 'expected none: the local stage is released by npm run release');
    }
    const codes = { continents: new Set<string>(continents), countries: countryCodes };
    const expected = {
      continents: `expected one of ${continents.join(', ')}`,
      countries: 'expected one of ISO 3166-1 such as "BR"',
    };
    for (const kind of ['continents', 'countries'] as const) {
      for (const [code, served] of Object.entries(config.routing[kind])) {
        const path = ['routing', kind, code];
        if (!codes[kind].has(code)) complain(path, `"${code}" is no code of ${kind}; ${expected[kind]}`);
        if (!config.regions.includes(served))
          complain(path, `expected one of "regions" (${config.regions.join(', ')})`);
      }
    }
    if (config.routing.default !== undefined && !config.regions.includes(config.routing.default)) {
      complain(['routing', 'default'], `expected one of "regions" (${config.regions.join(', ')})`);
    }
  })
  .transform((config) => {
    const served: Readonly<Record<Continent, string>> = {
      ...nearestRegions(config.regions),
      ...config.routing.continents,
    };
    const waves = (config.release.waves ?? config.regions.toReversed()).map((wave) => [wave].flat());
    return {
      ...config,
      routing: { ...config.routing, continents: served },
      release: { ...config.release, waves },
    };
  });

/** A checked stage configuration: everything about a stage that is not code. */
export type StageConfig = z.output<typeof stageConfigSchema>;

/** What a stage needs from whoever deploys it; the rest has defaults in `stages.ts`. */
export type StageSettings = Partial<Omit<z.input<typeof stageConfigSchema>, 'name'>>;

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
