import {
  CostModelError,
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
  },
  perMillion: Object.fromEntries(
    [...uses, 'delivery', 'queueRequest', 'logKilobyte', 'trace'].map((use) => [use, price(1)]),
  ),
  freeToHave: ['AWS::Lambda::Function', 'AWS::IAM::', 'AWS::StepFunctions::'],
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
  Metadata: { 'aws:cdk:path': 'Prod/OrderingService/PlaceOrder/Function/Resource' },
};
const saga = { Type: 'AWS::StepFunctions::StateMachine', Properties: { DefinitionString: definition } };
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

test.each(Object.entries({ ...priceList.perMonth, ...priceList.perMillion }))(
  'the price of %s names the page that has it and what confirms it',
  (_what, { page, source, confirmed }) => {
    expect(page).toMatch(/pricing$/);
    expect(source).toMatch(/^https:\/\/aws\.amazon\.com\/[a-z-]+\/pricing\//);
    expect(confirmed).not.toBe('');
  },
);

test('refuses a usage of a function that is not deployed', () => {
  expect(() => orderCost([saga], prices, usage)).toThrow(CostModelError);
});
