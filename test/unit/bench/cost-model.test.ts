import {
  addedCost,
  CostModelError,
  healthCost,
  idleCost,
  orderCost,
  type PriceList,
  total,
  transitionsOf,
} from '../../../bench/cost/cost-model';
import priceList from '../../../bench/cost/prices.json';

const price = (usd: number) => ({
  ...{ usd, unit: 'piece', page: 'Pricing', source: 'https://example.com', confirmed: 'the page itself' },
});
const uses = [
  'apiRequest',
  'lambdaRequest',
  'lambdaGigabyteSecond',
  'stateTransition',
  'writeUnit',
  'readUnit',
  'publish',
];
const prices: PriceList = {
  perMonth: {
    'AWS::KMS::Key': price(1),
    'AWS::CloudWatch::Alarm': price(0.1),
    'AWS::Lambda::EventSourceMapping': price(2),
    customMetric: price(0.3),
    replicationMetric: price(0.2),
    'AWS::Route53::HealthCheck': price(0.5),
    healthCheckFeature: price(1),
  },
  perMillion: Object.fromEntries(
    [...uses, 'delivery', 'queueRequest', 'logKilobyte', 'trace'].map((use) => [use, price(1)]),
  ),
  freeToHave: ['AWS::DynamoDB::GlobalTable', 'AWS::Lambda::Function', 'AWS::IAM::', 'AWS::StepFunctions::'],
};
const definition = JSON.stringify({
  StartAt: 'enter',
  States: {
    enter: { Type: 'Choice', Choices: [{ Next: 'charge' }, { Next: 'undo' }] },
    charge: { Type: 'Task', Next: 'done' },
    undo: { Type: 'Task', End: true },
    done: { Type: 'Pass', End: true },
  },
});
const place = {
  Type: 'AWS::Lambda::Function',
  Properties: { MemorySize: 512 },
  Metadata: { 'aws:cdk:path': 'Prod/sa-east-1/OrderingService/PlaceOrder/Function/Resource' },
};
const saga = {
  Type: 'AWS::StepFunctions::StateMachine',
  Properties: { DefinitionString: definition },
  Metadata: { 'aws:cdk:path': 'Prod/sa-east-1/OrderingService/OrderSaga/Resource' },
};
const none = { count: 0, why: 'not in this test' };
const usage = {
  apiRequests: [{ count: 2, why: 'post and get' }],
  invocations: [{ path: 'OrderingService/PlaceOrder', count: 3, milliseconds: 100, why: 'post' }],
  writeUnits: [none],
  readUnits: [none],
  publishes: [none],
  queueRequests: [none],
  logKilobytesAnInvocation: { count: 2, why: 'lines' },
  tracesAnApiRequest: { count: 0.5, why: 'sampling' },
};

test('counts what is billed while nobody orders, and each custom metric once', () => {
  const alarm = (Namespace: string) => ({
    Type: 'AWS::CloudWatch::Alarm',
    Properties: { Namespace, MetricName: 'ParkedCases', Dimensions: [] },
  });

  const lines = idleCost(
    [{ Type: 'AWS::KMS::Key' }, alarm('Tenfold'), alarm('Tenfold'), alarm('AWS/SQS'), place],
    prices,
  );

  expect(lines.map(({ what, quantity }) => [what, quantity])).toEqual([
    ['AWS::KMS::Key', 1],
    ['AWS::CloudWatch::Alarm', 3],
    ['customMetric', 1],
  ]);
  expect(total(lines)).toBeCloseTo(1 + 0.3 + 0.3);
});

test('bills a mapping that polls a queue and not one that reads a stream', () => {
  const mapping = (Properties: Record<string, unknown>) => ({ Type: 'AWS::Lambda::EventSourceMapping', Properties });

  const [line] = idleCost([mapping({}), mapping({ StartingPosition: 'TRIM_HORIZON' })], prices);

  expect(line).toMatchObject({ quantity: 1, usd: 2 });
});

test('bills a stream by its shards, and by them again for what it keeps longer than a day', () => {
  const stream = (ShardCount: number, RetentionPeriodHours: number) => ({
    Type: 'AWS::Kinesis::Stream',
    Properties: { ShardCount, RetentionPeriodHours },
  });
  const perMonth = { ...prices.perMonth, streamShard: price(10), streamRetention: price(15) };

  const lines = idleCost([stream(2, 168), stream(1, 24)], { ...prices, perMonth });

  expect(lines.map(({ what, quantity, usd }) => [what, quantity, usd])).toEqual([
    ['streamShard', 3, 30],
    ['streamRetention', 2, 30],
  ]);
});

test('does not guess the price of a stream on demand', () => {
  const stream = { Type: 'AWS::Kinesis::Stream', Properties: { StreamModeDetails: { StreamMode: 'ON_DEMAND' } } };

  expect(() => idleCost([stream], prices)).toThrow('the price list has no "onDemandStream"');
});

test('bills a metric of one’s own in every region, and four metrics for each rule that copies a bucket', () => {
  const alarm = (region: string, MetricName: string, Namespace: string) => ({
    Type: 'AWS::CloudWatch::Alarm',
    Properties: { Namespace, MetricName, Dimensions: [] },
    Metadata: { 'aws:cdk:path': `Prod/${region}/EdgeService/Alarm/Resource` },
  });

  const lines = idleCost(
    ['sa-east-1', 'us-east-1'].flatMap((region) => [
      alarm(region, 'RegionInService', 'Tenfold/Regions'),
      alarm(region, 'OperationsFailedReplication', 'AWS/S3'),
    ]),
    prices,
  );

  expect(lines.map(({ what, quantity }) => [what, quantity])).toEqual([
    ['AWS::CloudWatch::Alarm', 4],
    ['customMetric', 2],
    ['replicationMetric', 8],
  ]);
});

const check = (HealthCheckConfig: object) => ({ Type: 'AWS::Route53::HealthCheck', Properties: { HealthCheckConfig } });
const checks = [
  check({ Type: 'HTTPS', FullyQualifiedDomainName: 'a.example.com', RequestInterval: 10, MeasureLatency: true }),
  check({ Type: 'HTTP', FullyQualifiedDomainName: 'b.example.com', RequestInterval: 30 }),
  check({ Type: 'CLOUDWATCH_METRIC' }),
  check({ Type: 'CALCULATED' }),
];

test('bills a health check, and each of its features that costs extra', () => {
  const lines = idleCost(checks, prices);

  expect(lines.map(({ what, quantity, usd }) => [what, quantity, usd])).toEqual([
    ['AWS::Route53::HealthCheck', 4, 2],
    ['healthCheckFeature', 3, 3],
  ]);
});

test('bills what the checkers of Route 53 ask, by endpoint, and nothing without an endpoint', () => {
  const asked = {
    path: 'OrderingService/PlaceOrder',
    milliseconds: 100,
    readUnits: { count: 5, why: 'tables' },
    logKilobytes: { count: 2, why: 'lines' },
    requestsAMonth: { count: 4_000_000, why: 'checkers' },
  };

  const lines = healthCost([place, ...checks], prices, asked);

  expect(Object.fromEntries(lines.map(({ what, quantity }) => [what, quantity]))).toEqual({
    apiRequest: 8,
    lambdaRequest: 8,
    lambdaGigabyteSecond: expect.closeTo(8 * 0.1 * 0.5),
    readUnit: 40,
    logKilobyte: 16,
  });
  expect(healthCost([place], prices, asked)).toEqual([]);
  expect(() => healthCost(checks, prices, asked)).toThrow(CostModelError);
});

test('tells what a larger bill has more than a smaller one', () => {
  const key = { Type: 'AWS::KMS::Key' };
  const smaller = idleCost([key], prices);

  expect(addedCost(idleCost([key, key, ...checks], prices), smaller).map(({ what, usd }) => [what, usd])).toEqual([
    ['AWS::KMS::Key', 1],
    ['AWS::Route53::HealthCheck', 2],
    ['healthCheckFeature', 3],
  ]);
  expect(addedCost(smaller, smaller)).toEqual([]);
});

test('refuses a resource type that nobody has priced', () => {
  expect(() => idleCost([{ Type: 'AWS::RDS::DBCluster' }], prices)).toThrow(/AWS::RDS::DBCluster/);
});

test('counts the states of the way without failure', () => {
  expect(transitionsOf(definition)).toBe(3);
});

test('reads a definition that holds references to resources', () => {
  const [before = '', after = ''] = definition.split('"Pass"');

  expect(transitionsOf({ 'Fn::Join': ['', [`${before}"`, { Ref: 'Function' }, `"${after}`]] })).toBe(3);
});

test('prices an order by its functions, their memory and its saga', () => {
  const lines = orderCost([place, saga], prices, usage);

  const quantities = Object.fromEntries(lines.map(({ what, quantity }) => [what, quantity]));
  expect(quantities).toMatchObject({ apiRequest: 2, lambdaRequest: 3, stateTransition: 3, logKilobyte: 6, trace: 1 });
  expect(quantities['lambdaGigabyteSecond']).toBeCloseTo(3 * 0.1 * 0.5);
});

test('bills each message for every queue that subscribes, whatever its filter lets through, and for no other subscriber', () => {
  const subscription = (Protocol: string) => ({ Type: 'AWS::SNS::Subscription', Properties: { Protocol } });
  const topic = [subscription('sqs'), subscription('sqs'), subscription('email')];

  const lines = orderCost([place, saga, ...topic], prices, { ...usage, publishes: [{ count: 7, why: 'events' }] });

  expect(lines.find(({ what }) => what === 'delivery')).toMatchObject({ quantity: 14 });
});

test('bills a write in every region that has a replica', () => {
  const table = {
    Type: 'AWS::DynamoDB::GlobalTable',
    Properties: { Replicas: [{ Region: 'sa-east-1' }, { Region: 'us-east-1' }] },
  };
  const written = { ...usage, writeUnits: [{ count: 6, why: 'place' }] };
  const unitsOf = (...resources: (typeof table)[]) =>
    orderCost([place, saga, ...resources], prices, written).find(({ what }) => what === 'writeUnit')?.quantity;

  expect([unitsOf(), unitsOf(table, table)]).toEqual([6, 12]);
});

test('takes the transitions of ordering’s saga, whatever other state machines there are', () => {
  const evacuation = { ...saga, Metadata: { 'aws:cdk:path': 'Prod/sa-east-1/EdgeService/EvacuateRegion/Resource' } };

  const lines = orderCost([place, evacuation, saga], prices, usage);

  expect(lines.find(({ what }) => what === 'stateTransition')).toMatchObject({ quantity: 3 });
});

test.each(Object.entries({ ...priceList.perMonth, ...priceList.perMillion }))(
  'the price of %s names the page that has it and what confirms it',
  (_what, { page, source, confirmed }) => {
    expect(page).toMatch(/pricing$/);
    expect(source).toMatch(/^https:\/\/aws\.amazon\.com\/[a-z0-9/-]+\/pricing\//);
    expect(confirmed).not.toBe('');
  },
);

test('refuses a usage of a function that is not deployed', () => {
  expect(() => orderCost([saga], prices, usage)).toThrow(CostModelError);
});
