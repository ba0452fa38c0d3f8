import { z } from 'zod';

/** A bucket that a distribution serves, and how long it may take to do so. */
export interface DistributedOrigin {
  readonly bucket: string;
  readonly region: string;
  readonly connectionAttempts: number;
  readonly connectionTimeoutSeconds: number;
  /** Until its answer begins. */
  readonly responseTimeoutSeconds: number;
}

/** What CloudFront does with a request, as far as it is played here: its default behaviour, without a cache. */
export interface PlayedDistribution {
  /** In the order in which they are asked: one, or the two of an origin group. */
  readonly origins: readonly DistributedOrigin[];
  /** Answers of the first origin for which the second is asked. */
  readonly failoverStatuses: ReadonlySet<number>;
  readonly allowedMethods: ReadonlySet<string>;
}

/** The template's distribution is not one that can be played; the message says why. */
export class DistributionError extends Error {
  override readonly name = 'DistributionError';
}

const origin = z.looseObject({
  Id: z.string(),
  DomainName: z.unknown(),
  // What CloudFront does when nobody says.
  ConnectionAttempts: z.number().default(3),
  ConnectionTimeout: z.number().default(10),
  S3OriginConfig: z.looseObject({ OriginReadTimeout: z.number().default(30) }),
});

const originGroup = z.looseObject({
  Id: z.string(),
  FailoverCriteria: z.looseObject({ StatusCodes: z.looseObject({ Items: z.array(z.number()) }) }),
  Members: z.looseObject({ Items: z.array(z.looseObject({ OriginId: z.string() })) }),
});

const distributionConfig = z.looseObject({
  DefaultCacheBehavior: z.looseObject({
    TargetOriginId: z.string(),
    AllowedMethods: z.array(z.string()).default(['GET', 'HEAD']),
  }),
  Origins: z.array(origin),
  OriginGroups: z.looseObject({ Items: z.array(originGroup).default([]) }).optional(),
});

const template = z.looseObject({
  Resources: z
    .record(z.string(), z.looseObject({ Type: z.string(), Properties: z.looseObject({}).optional() }))
    .default({}),
});

/** Text of a template as far as it is known before a deployment. */
const textOf = (value: unknown, region: string): string => {
  if (typeof value === 'string') return value;
  const joined = z.looseObject({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) }).safeParse(value);
  if (joined.success) {
    const [separator, parts] = joined.data['Fn::Join'];
    return parts.map((part) => textOf(part, region)).join(separator);
  }
  const reference = z.looseObject({ Ref: z.string() }).safeParse(value);
  switch (reference.data?.Ref) {
    case 'AWS::URLSuffix':
      return 'amazonaws.com';
    case 'AWS::Region':
      return region;
    default:
      throw new DistributionError(`an origin's name is only known after the deployment: ${JSON.stringify(value)}`);
  }
};

const bucketAddress = /^(?<bucket>[a-z0-9.-]+)\.s3\.(?<region>[a-z0-9-]+)\.amazonaws\.com$/;

/**
 * The distribution of a synthesized template; `undefined` when it has none.
 * @param region of the template's stack
 * @throws DistributionError its origins are no buckets with names of their own
 */
export const distributionIn = (synthesized: unknown, region: string): PlayedDistribution | undefined => {
  const { Resources } = template.parse(synthesized);
  const found = Object.values(Resources).find(({ Type }) => Type === 'AWS::CloudFront::Distribution');
  if (found === undefined) return undefined;
  const config = distributionConfig.parse(found.Properties?.['DistributionConfig']);
  const { TargetOriginId, AllowedMethods } = config.DefaultCacheBehavior;
  const group = config.OriginGroups?.Items.find(({ Id }) => Id === TargetOriginId);
  const ids = group?.Members.Items.map(({ OriginId }) => OriginId) ?? [TargetOriginId];
  return {
    origins: ids.map((id) => originIn(config.Origins, id, region)),
    failoverStatuses: new Set(group?.FailoverCriteria.StatusCodes.Items),
    allowedMethods: new Set(AllowedMethods),
  };
};

const originIn = (origins: readonly z.output<typeof origin>[], id: string, region: string): DistributedOrigin => {
  const found = origins.find(({ Id }) => Id === id);
  if (found === undefined) throw new DistributionError(`the distribution has no origin ${id}`);
  const name = textOf(found.DomainName, region);
  const { bucket, region: home } = bucketAddress.exec(name)?.groups ?? {};
  if (bucket === undefined || home === undefined)
    throw new DistributionError(`origin ${name} is no bucket of a region`);
  return {
    bucket,
    region: home,
    connectionAttempts: found.ConnectionAttempts,
    connectionTimeoutSeconds: found.ConnectionTimeout,
    responseTimeoutSeconds: found.S3OriginConfig.OriginReadTimeout,
  };
};
