import type { Invocation, Use } from './order-usage';

/** A resource of a synthesized template. */
export interface PricedResource {
  readonly Type: string;
  readonly Properties?: { readonly [key: string]: unknown };
  readonly Metadata?: { readonly [key: string]: unknown };
}

/** One price and where it is published. */
export interface Price {
  readonly usd: number;
  readonly unit: string;
  /** Title of the page of AWS that has it. */
  readonly page: string;
  /** Address of that page. */
  readonly source: string;
  /** What was read that says so, with its title: most of those pages fill in their prices by script. */
  readonly confirmed: string;
}

/** The price file. */
export interface PriceList {
  readonly perMonth: { readonly [type: string]: Price };
  readonly perMillion: { readonly [use: string]: Price };
  /** Types, or beginnings of types, that cost nothing while nobody uses them. */
  readonly freeToHave: readonly string[];
}

/** One line of a cost table. */
export interface CostLine {
  readonly what: string;
  readonly quantity: number;
  readonly price: Price;
  readonly usd: number;
}

/** What an order uses, by the names of the price list. */
export interface Usage {
  readonly apiRequests: readonly Use[];
  readonly invocations: readonly Invocation[];
  readonly writeUnits: readonly Use[];
  readonly readUnits: readonly Use[];
  readonly publishes: readonly Use[];
  readonly queueRequests: readonly Use[];
  readonly logKilobytesAnInvocation: Use;
  readonly tracesAnApiRequest: Use;
}

/** What one request of a health checker uses. */
export interface HealthUsage {
  /** `<stack>/<construct>` of the function that answers. */
  readonly path: string;
  /** Billed duration of a warm invocation; an assumption, on the high side. */
  readonly milliseconds: number;
  readonly readUnits: Use;
  readonly logKilobytes: Use;
  /** How often one endpoint is asked. */
  readonly requestsAMonth: Use;
}

/** Templates and price list do not fit each other. */
export class CostModelError extends Error {
  override readonly name = 'CostModelError';
}

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Whether a resource of a priced type is billed: some are so only in one of their uses. */
const isBilled = ({ Type, Properties = {} }: PricedResource): boolean => {
  switch (Type) {
    case 'AWS::Lambda::EventSourceMapping':
      // A mapping of a stream has a starting position; reading a table's stream by Lambda is free.
      return Properties['StartingPosition'] === undefined;
    case 'AWS::Kinesis::Stream':
      return false;
    default:
      return true;
  }
};

/** Hours for which a stream keeps records at the price of its shards. */
const includedRetentionHours = 24;

/** A stream is billed by its shards, and again by them for keeping records longer; one without shards of its own by itself. */
const streams = (resources: readonly PricedResource[]) => {
  const all = resources
    .filter(({ Type }) => Type === 'AWS::Kinesis::Stream')
    .map(({ Properties = {} }) => ({
      shards: Number(Properties['ShardCount'] ?? 0),
      keepsLonger: Number(Properties['RetentionPeriodHours'] ?? 0) > includedRetentionHours,
    }));
  const sum = (some: typeof all) => some.reduce((total, { shards }) => total + shards, 0);
  return {
    shards: sum(all),
    onDemand: all.filter(({ shards }) => shards === 0).length,
    keepingLonger: sum(all.filter(({ keepsLonger }) => keepsLonger)),
  };
};

/** The region that a resource is deployed to; in the template's metadata it comes after the stage. */
const placeOf = ({ Metadata }: PricedResource): string => String(Metadata?.['aws:cdk:path']).split('/')[1] ?? '';

/** A metric is billed in every region that has it. */
const customMetrics = (resources: readonly PricedResource[]): number =>
  new Set(
    resources
      .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
      .map((alarm) => ({ place: placeOf(alarm), properties: alarm.Properties ?? {} }))
      .filter(({ properties: { Namespace } }) => typeof Namespace === 'string' && !Namespace.startsWith('AWS/'))
      .map(({ place, properties: { Namespace, MetricName, Dimensions } }) =>
        JSON.stringify([place, Namespace, MetricName, Dimensions]),
      ),
  ).size;

/** What the checks of Route 53 cost beside themselves, and how many of them ask an endpoint. */
const healthChecks = (resources: readonly PricedResource[]) => {
  const configs = resources
    .filter(({ Type }) => Type === 'AWS::Route53::HealthCheck')
    .map(({ Properties }) => Properties?.['HealthCheckConfig'])
    .filter(isRecord);
  const endpoints = configs.filter(({ FullyQualifiedDomainName }) => FullyQualifiedDomainName !== undefined);
  const features = endpoints.flatMap(({ Type, RequestInterval, MeasureLatency }) =>
    [Type === 'HTTPS', RequestInterval === 10, MeasureLatency === true].filter(Boolean),
  );
  return { features: features.length, endpoints: endpoints.length };
};

/** S3 measures four things for each rule; an alarm stands for a rule, which templates only have as a parameter of an API call. */
const replicationMetrics = (resources: readonly PricedResource[]): number =>
  4 * resources.filter(({ Properties }) => Properties?.['MetricName'] === 'OperationsFailedReplication').length;

const priceOf = (prices: { readonly [name: string]: Price }, name: string): Price => {
  const price = prices[name];
  if (!price) throw new CostModelError(`the price list has no "${name}"`);
  return price;
};

/**
 * What a deployment costs a month while nobody orders anything.
 * @throws CostModelError a type is neither priced nor listed as free to have
 */
export const idleCost = (resources: readonly PricedResource[], prices: PriceList): readonly CostLine[] => {
  const known = (type: string) =>
    type === 'AWS::Kinesis::Stream' ||
    type in prices.perMonth ||
    prices.freeToHave.some((free) => type.startsWith(free));
  const unknown = [...new Set(resources.map(({ Type }) => Type).filter((type) => !known(type)))].sort();
  if (unknown.length > 0) throw new CostModelError(`no price, and not listed as free to have: ${unknown.join(', ')}`);
  const counts = new Map<string, number>();
  for (const resource of resources) {
    if (resource.Type in prices.perMonth && isBilled(resource))
      counts.set(resource.Type, (counts.get(resource.Type) ?? 0) + 1);
  }
  const { shards, onDemand, keepingLonger } = streams(resources);
  counts.set('streamShard', shards);
  counts.set('onDemandStream', onDemand);
  counts.set('streamRetention', keepingLonger);
  counts.set('customMetric', customMetrics(resources));
  counts.set('replicationMetric', replicationMetrics(resources));
  counts.set('healthCheckFeature', healthChecks(resources).features);
  return [...counts]
    .filter(([, quantity]) => quantity > 0)
    .map(([what, quantity]) => {
      const price = priceOf(prices.perMonth, what);
      return { what, quantity, price, usd: quantity * price.usd };
    });
};

/**
 * What a month of Route 53's questions to `/health` costs, which are asked whether anybody orders or not. Quantities are in millions.
 * @throws CostModelError the function that answers is not in the templates
 */
export const healthCost = (
  resources: readonly PricedResource[],
  prices: PriceList,
  usage: HealthUsage,
): readonly CostLine[] => {
  const { endpoints } = healthChecks(resources);
  if (endpoints === 0) return [];
  const { path, milliseconds, readUnits, logKilobytes, requestsAMonth } = usage;
  const megabytes = memoryByPath(resources).get(path);
  if (megabytes === undefined) throw new CostModelError(`no function at "${path}"`);
  const millions = (endpoints * requestsAMonth.count) / 1e6;
  const each: { readonly [use: string]: number } = {
    apiRequest: 1,
    lambdaRequest: 1,
    lambdaGigabyteSecond: (milliseconds / 1000) * (megabytes / 1024),
    readUnit: readUnits.count,
    logKilobyte: logKilobytes.count,
  };
  return Object.entries(each).map(([what, uses]) => {
    const price = priceOf(prices.perMillion, what);
    const quantity = millions * uses;
    return { what, quantity, price: { ...price, unit: `million ${price.unit}` }, usd: quantity * price.usd };
  });
};

/** The lines of a larger bill without what a smaller one has already. */
export const addedCost = (larger: readonly CostLine[], smaller: readonly CostLine[]): readonly CostLine[] =>
  larger
    .map((line) => {
      const before = smaller.find(({ what }) => what === line.what);
      return {
        ...line,
        quantity: line.quantity - (before?.quantity ?? 0),
        usd: line.usd - (before?.usd ?? 0),
      };
    })
    .filter(({ quantity }) => quantity > 0);

const textOf = (definition: unknown): string => {
  if (typeof definition === 'string') return definition;
  const join = isRecord(definition) ? listOf(definition['Fn::Join']) : [];
  return listOf(join[1])
    .map((part) => (typeof part === 'string' ? part : 'token'))
    .join(listOf(join).length > 0 ? String(join[0]) : '');
};

/** How many states an execution passes when every choice takes its first branch and nothing fails. */
export const transitionsOf = (definitionString: unknown): number => {
  const definition: unknown = JSON.parse(textOf(definitionString));
  const states = isRecord(definition) && isRecord(definition['States']) ? definition['States'] : {};
  let name: unknown = isRecord(definition) ? definition['StartAt'] : undefined;
  const passed = new Set<string>();
  while (typeof name === 'string') {
    const state = states[name];
    if (!isRecord(state)) throw new CostModelError(`the state machine has no state "${name}"`);
    if (passed.has(name)) throw new CostModelError(`the state machine runs in a circle at "${name}"`);
    passed.add(name);
    const [first] = listOf(state['Choices']);
    name = isRecord(first) ? first['Next'] : state['Next'];
  }
  return passed.size;
};

/** `<stack>/<construct>` → megabytes, of every function; in the template's metadata stage and region come first. */
const memoryByPath = (resources: readonly PricedResource[]): ReadonlyMap<string, number> =>
  new Map(
    resources
      .filter(({ Type }) => Type === 'AWS::Lambda::Function')
      .map(({ Properties, Metadata }) => {
        // A construct's `Default` is what the construct is for, and no part of its name.
        const parts = String(Metadata?.['aws:cdk:path']).split('/').slice(2, -2);
        const path = parts.filter((part) => part !== 'Default').join('/');
        return [path, Number(Properties?.['MemorySize'] ?? 128)] as const;
      }),
  );

/** Queues that subscribe to a topic. SNS bills a FIFO topic's message for each, also when the subscription's filter keeps it out. */
const subscribedQueues = (resources: readonly PricedResource[]): number =>
  resources.filter(({ Type, Properties }) => Type === 'AWS::SNS::Subscription' && Properties?.['Protocol'] === 'sqs')
    .length;

/** In how many regions every write is billed. */
const replicas = (resources: readonly PricedResource[]): number =>
  Math.max(
    1,
    ...resources
      .filter(({ Type }) => Type === 'AWS::DynamoDB::GlobalTable')
      .map(({ Properties }) => listOf(Properties?.['Replicas']).length),
  );

const pathOf = ({ Metadata }: PricedResource): string =>
  String(Metadata?.['aws:cdk:path']).split('/').slice(2).join('/');

const sum = (uses: readonly Use[]): number => uses.reduce((total, { count }) => total + count, 0);

/**
 * What a million successful orders cost, by the templates of the region that makes the tables. Every write counts as much in each other
 * region as in its own: at most, because it is a transaction only in its own.
 * @throws CostModelError a function of the usage is not in the templates, or ordering has not exactly one state machine
 */
export const orderCost = (
  resources: readonly PricedResource[],
  prices: PriceList,
  usage: Usage,
): readonly CostLine[] => {
  const memory = memoryByPath(resources);
  const gigabyteSeconds = usage.invocations.reduce((total, { path, count, milliseconds }) => {
    const megabytes = memory.get(path);
    if (megabytes === undefined) {
      throw new CostModelError(`no function at "${path}"; there are ${[...memory.keys()].sort().join(', ')}`);
    }
    return total + count * (milliseconds / 1000) * (megabytes / 1024);
  }, 0);
  const machines = resources.filter(
    (resource) =>
      resource.Type === 'AWS::StepFunctions::StateMachine' && pathOf(resource).startsWith('OrderingService/'),
  );
  const [saga] = machines;
  if (!saga || machines.length > 1) throw new CostModelError(`expected one state machine, found ${machines.length}`);
  const invocations = sum(usage.invocations);
  const apiRequests = sum(usage.apiRequests);
  const quantities: { readonly [use: string]: number } = {
    apiRequest: apiRequests,
    lambdaRequest: invocations,
    lambdaGigabyteSecond: gigabyteSeconds,
    stateTransition: transitionsOf(saga.Properties?.['DefinitionString']),
    writeUnit: sum(usage.writeUnits) * replicas(resources),
    readUnit: sum(usage.readUnits),
    publish: sum(usage.publishes),
    delivery: sum(usage.publishes) * subscribedQueues(resources),
    queueRequest: sum(usage.queueRequests),
    logKilobyte: invocations * usage.logKilobytesAnInvocation.count,
    trace: apiRequests * usage.tracesAnApiRequest.count,
  };
  return Object.entries(quantities).map(([what, quantity]) => {
    const price = priceOf(prices.perMillion, what);
    return { what, quantity, price, usd: quantity * price.usd };
  });
};

/** The sum of a table in US dollars. */
export const total = (lines: readonly CostLine[]): number => lines.reduce((amount, { usd }) => amount + usd, 0);
