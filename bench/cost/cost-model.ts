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
    default:
      return true;
  }
};

const customMetrics = (resources: readonly PricedResource[]): number => {
  const alarms = resources
    .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
    .map(({ Properties }) => Properties ?? {});
  const own = alarms.filter(({ Namespace }) => typeof Namespace === 'string' && !Namespace.startsWith('AWS/'));
  return new Set(
    own.map(({ Namespace, MetricName, Dimensions }) => JSON.stringify([Namespace, MetricName, Dimensions])),
  ).size;
};

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
  const known = (type: string) => type in prices.perMonth || prices.freeToHave.some((free) => type.startsWith(free));
  const unknown = [...new Set(resources.map(({ Type }) => Type).filter((type) => !known(type)))].sort();
  if (unknown.length > 0) throw new CostModelError(`no price, and not listed as free to have: ${unknown.join(', ')}`);
  const counts = new Map<string, number>();
  for (const resource of resources) {
    if (resource.Type in prices.perMonth && isBilled(resource))
      counts.set(resource.Type, (counts.get(resource.Type) ?? 0) + 1);
  }
  counts.set('customMetric', customMetrics(resources));
  return [...counts]
    .filter(([, quantity]) => quantity > 0)
    .map(([what, quantity]) => {
      const price = priceOf(prices.perMonth, what);
      return { what, quantity, price, usd: quantity * price.usd };
    });
};

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

/** `<stack>/<construct>` → megabytes, of every function. */
const memoryByPath = (resources: readonly PricedResource[]): ReadonlyMap<string, number> =>
  new Map(
    resources
      .filter(({ Type }) => Type === 'AWS::Lambda::Function')
      .map(({ Properties, Metadata }) => {
        const path = String(Metadata?.['aws:cdk:path']).split('/').slice(1, -2).join('/');
        return [path, Number(Properties?.['MemorySize'] ?? 128)] as const;
      }),
  );

/** Queues that subscribe to a topic. SNS bills a FIFO topic's message for each, also when the subscription's filter keeps it out. */
const subscribedQueues = (resources: readonly PricedResource[]): number =>
  resources.filter(({ Type, Properties }) => Type === 'AWS::SNS::Subscription' && Properties?.['Protocol'] === 'sqs')
    .length;

const sum = (uses: readonly Use[]): number => uses.reduce((total, { count }) => total + count, 0);

/**
 * What a million successful orders cost.
 * @throws CostModelError a function of the usage is not in the templates, or there is not exactly one state machine
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
  const machines = resources.filter(({ Type }) => Type === 'AWS::StepFunctions::StateMachine');
  const [saga] = machines;
  if (!saga || machines.length > 1) throw new CostModelError(`expected one state machine, found ${machines.length}`);
  const invocations = sum(usage.invocations);
  const apiRequests = sum(usage.apiRequests);
  const quantities: { readonly [use: string]: number } = {
    apiRequest: apiRequests,
    lambdaRequest: invocations,
    lambdaGigabyteSecond: gigabyteSeconds,
    stateTransition: transitionsOf(saga.Properties?.['DefinitionString']),
    writeUnit: sum(usage.writeUnits),
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
