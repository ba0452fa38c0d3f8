import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chargePaymentCommand } from '../../../lambdas/payments/charge-payment.contract';
import { stacksWithCases } from '../../../local/operator/parked-cases';
import { nameOf, type Placed, resourcesOf, synthesize } from './synthesized';

const stages = ['local', 'prod'] as const;
const regions = ['sa-east-1', 'us-east-1'];
const accounts = { local: '000000000000', prod: '444455556666' };
const contexts = ['Activity', 'Audit', 'Inventory', 'Loyalty', 'Ordering', 'Payments', 'Shipping'];
const stacksOf = { local: synthesize('local'), prod: synthesize('prod') };

const namesOf = (culprits: readonly Placed[]) => culprits.map(nameOf);
const text = (value: unknown): string => (value === undefined ? '' : JSON.stringify(value));
const property = (resource: Placed, name: string): unknown => resource.Properties[name];

/** Every object in a value, itself included. */
const objectsIn = (value: unknown): readonly object[] => {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(objectsIn)];
};

const statementsOf = (resource: Placed): readonly object[] =>
  objectsIn(resource.Properties).filter(
    (candidate) => 'Effect' in candidate && ('Action' in candidate || 'NotAction' in candidate),
  );

const actionsOf = (statement: object): readonly unknown[] => {
  const actions: unknown = Reflect.get(statement, 'Action');
  return Array.isArray(actions) ? actions : [actions];
};

describe.each(stages)('every stack of the %s stage', (stage) => {
  const stacks = stacksOf[stage];
  const all = resourcesOf(stacks);
  const functions = resourcesOf(stacks, 'AWS::Lambda::Function').filter(
    ({ Properties }) => 'Environment' in Properties,
  );

  test('exports and imports nothing: stacks meet through weak references only', () => {
    expect(text(stacks)).not.toContain('Fn::ImportValue');
    expect(stacks.filter(({ template }) => text(template).includes('"Export"'))).toEqual([]);
  });

  test('sends with a command what its consumer reads, and no more: queues and parked cases keep what they are given', () => {
    const machines = resourcesOf(stacks, 'AWS::StepFunctions::StateMachine').map((machine) =>
      text(property(machine, 'DefinitionString')).replaceAll('\\"', '"'),
    );
    const payloads = machines.flatMap((machine) => [
      ...machine.matchAll(/"tasktoken":"[^"]*","data":(\{[^{}]*(?:\{%[^{}]*%\}[^{}]*)*\})/g),
    ]);
    const carried = payloads.map(([, data]) => Object.keys(JSON.parse(data ?? '{}')));
    expect(carried).toEqual(regions.map(() => chargePaymentCommand.fields));
    expect(machines.flatMap((machine) => machine.match(/"MessageBody":/g) ?? [])).toHaveLength(carried.length);
  });

  test('leaves names to CloudFormation, but those that regions must agree on', () => {
    const physical = /^(Alarm|Bucket|Function|LogGroup|Policy|Queue|Role|StateMachine|Stream|Table|UserPool)Name$/;
    const isName = ({ Type }: Placed, key: string) =>
      physical.test(key) || (Type === 'AWS::SecretsManager::Secret' && key === 'Name');
    // CloudFormation gives a FIFO topic and a policy for logs no name of its own: CDK derives one from the construct's path.
    const named = all
      .filter(({ Type }) => !['AWS::IAM::Policy', 'AWS::Logs::ResourcePolicy', 'AWS::SNS::Topic'].includes(Type))
      .flatMap((resource) =>
        Object.entries(resource.Properties)
          .filter(([key, value]) => isName(resource, key) && typeof value === 'string')
          .map(([, value]) => `${resource.stack}: ${String(value)}`),
      );
    // Each with its reason in docs/adr/0013-physical-names-across-regions.md.
    const agreed = [
      ...contexts.map((context) => `sa-east-1/${context}Data: tenfold-${stage}-${context.toLowerCase()}`),
      `sa-east-1/PrivacyData: tenfold-${stage}-subject-keys`,
      `sa-east-1/PrivacyData: tenfold/${stage}/subjects`,
      ...regions.map((region) => `${region}/OrderingService: tenfold-${stage}-cancel-order`),
      ...regions.map((region) => `${region}/InventoryService: tenfold-${stage}-reconcile-reservations`),
      ...regions.flatMap((region) =>
        // Of docs/adr/0017-progressive-releases.md: what an update policy names, and where verdicts are looked up.
        ['exercise-version', 'require-verdict', 'judge-canary'].map(
          (name) => `${region}/ReleaseService: tenfold-${stage}-${name}`,
        ),
      ),
      // Of docs/adr/0021-audit-trail.md: copies of records, and what the keys of other regions let copy them.
      ...regions.flatMap((region) =>
        ['access', 'security'].flatMap((name) => [
          `${region}/AuditStore: tenfold-${stage}-audit-${name}-${accounts[stage]}-${region}`,
          `${region}/Audit${name === 'access' ? 'Access' : 'Security'}Copies: tenfold-${stage}-audit-${name}-${region}`,
        ]),
      ),
      ...regions.map((region) => `${region}/AuditService: tenfold-${stage}-audit-seal-${region}`),
      ...regions.map((region) => `${region}/AssetsData: tenfold-${stage}-assets-${accounts[stage]}-${region}`),
      ...(stage === 'local'
        ? ['payment-provider', 'carrier'].map((service) => `sa-east-1/Sandbox: tenfold/local/sandbox/${service}`)
        : []),
    ];
    expect([...named].sort()).toEqual([...agreed].sort());
  });

  test('runs every function on Node 24 and ARM, traced, with a log group that forgets', () => {
    expect(functions.length).toBeGreaterThan(15);
    const wrong = functions.filter(
      (fn) =>
        property(fn, 'Runtime') !== 'nodejs24.x' ||
        !text(property(fn, 'Architectures')).includes('arm64') ||
        !text(property(fn, 'TracingConfig')).includes('Active') ||
        !text(property(fn, 'LoggingConfig')).includes('LogGroup'),
    );
    expect(namesOf(wrong)).toEqual([]);
    const logGroups = resourcesOf(stacks, 'AWS::Logs::LogGroup');
    expect(namesOf(logGroups.filter((group) => property(group, 'RetentionInDays') === undefined))).toEqual([]);
  });

  test('calls functions by their alias, never by $LATEST', () => {
    const sources = resourcesOf(stacks, 'AWS::Lambda::EventSourceMapping');
    const aliases = resourcesOf(stacks, 'AWS::Lambda::Alias');
    expect(sources.length).toBeGreaterThan(5);
    const loose = sources.filter((source) =>
      aliases.every(({ logicalId }) => !text(property(source, 'FunctionName')).includes(logicalId)),
    );
    expect(namesOf(loose)).toEqual([]);
    expect(text(stacks)).not.toContain('$LATEST');
    expect(aliases.length).toBe(functions.length);
  });

  test('rings in each region when a function that reads flags does not hear of them any more', () => {
    const readers = functions.filter((fn) => text(property(fn, 'Environment')).includes('FLAGS_PROFILE'));
    const filters = resourcesOf(stacks, 'AWS::Logs::MetricFilter').filter(({ Properties }) =>
      text(Properties).includes('"{ $.message = \\"flags stale\\" }"'),
    );
    const isCounted = (fn: Placed) =>
      filters.some(
        (filter) =>
          filter.stack === fn.stack &&
          text(property(fn, 'LoggingConfig')).includes(text(property(filter, 'LogGroupName'))),
      );
    expect(readers.map(({ stack }) => stack.split('/')[0]).sort()).toEqual([...regions].sort());
    expect(namesOf(readers.filter((fn) => !isCounted(fn)))).toEqual([]);
    const alarms = resourcesOf(stacks, 'AWS::CloudWatch::Alarm').filter(
      (alarm) => property(alarm, 'MetricName') === 'FlagsStale' && text(property(alarm, 'AlarmActions')).length > 2,
    );
    expect(alarms.map(({ stack }) => stack.split('/')[0]).sort()).toEqual([...regions].sort());
  });

  test('gives every queue a dead-letter queue, unless it is one', () => {
    const queues = resourcesOf(stacks, 'AWS::SQS::Queue');
    const isDeadLetters = (queue: Placed) =>
      text(stacks.find(({ id }) => id === queue.stack)?.template).includes(
        `"deadLetterTargetArn":{"Fn::GetAtt":["${queue.logicalId}","Arn"]}`,
      ) || /DeadLetters/.test(queue.logicalId);
    expect(queues.length).toBeGreaterThan(4);
    expect(namesOf(queues.filter((queue) => !('RedrivePolicy' in queue.Properties) && !isDeadLetters(queue)))).toEqual(
      [],
    );
  });

  test('hides a message from other readers for at least six times its function’s timeout', () => {
    const sources = resourcesOf(stacks, 'AWS::Lambda::EventSourceMapping').filter((source) =>
      /Queue/.test(text(property(source, 'EventSourceArn'))),
    );
    const queueOf = (source: Placed) =>
      resourcesOf(stacks, 'AWS::SQS::Queue').find(
        ({ logicalId, stack }) =>
          stack === source.stack && text(property(source, 'EventSourceArn')).includes(`"${logicalId}"`),
      );
    const functionOf = (source: Placed) => {
      const alias = resourcesOf(stacks, 'AWS::Lambda::Alias').find(
        ({ logicalId, stack }) => stack === source.stack && text(property(source, 'FunctionName')).includes(logicalId),
      );
      return functions.find(
        ({ logicalId, stack }) =>
          stack === source.stack && alias && text(property(alias, 'FunctionName')).includes(`"${logicalId}"`),
      );
    };
    expect(sources.length).toBeGreaterThan(3);
    for (const source of sources) {
      const visibility = Number(queueOf(source)?.Properties['VisibilityTimeout']);
      const timeout = Number(functionOf(source)?.Properties['Timeout']);
      expect({ source: nameOf(source), enough: visibility >= 6 * timeout }).toEqual({
        source: nameOf(source),
        enough: true,
      });
    }
  });

  test('takes part in partial failure: a failing record never fails its neighbours', () => {
    const sources = resourcesOf(stacks, 'AWS::Lambda::EventSourceMapping');
    expect(
      namesOf(
        sources.filter(
          (source) => !text(property(source, 'FunctionResponseTypes')).includes('ReportBatchItemFailures'),
        ),
      ),
    ).toEqual([]);
  });

  test('speaks TLS only, to every queue, topic and bucket', () => {
    const policies = resourcesOf(
      stacks,
      'AWS::SQS::QueuePolicy',
      'AWS::SNS::TopicPolicy',
      'AWS::S3::BucketPolicy',
    ).filter((policy) => text(policy.Properties).includes('"aws:SecureTransport":"false"'));
    const open = resourcesOf(stacks, 'AWS::SQS::Queue', 'AWS::SNS::Topic', 'AWS::S3::Bucket').filter(
      ({ logicalId, stack }) =>
        !policies.some((policy) => policy.stack === stack && text(policy.Properties).includes(`"${logicalId}"`)),
    );
    expect(namesOf(open)).toEqual([]);
  });

  test('encrypts every table and topic with its own key, and every queue', () => {
    const plain = [
      ...resourcesOf(stacks, 'AWS::DynamoDB::GlobalTable').filter(
        (table) => !text(table.Properties).includes('"SSEType":"KMS"'),
      ),
      ...resourcesOf(stacks, 'AWS::SNS::Topic').filter((topic) => !('KmsMasterKeyId' in topic.Properties)),
      ...resourcesOf(stacks, 'AWS::Kinesis::Stream').filter(
        (stream) => !text(stream.Properties).includes('"EncryptionType":"KMS"'),
      ),
      ...resourcesOf(stacks, 'AWS::SQS::Queue').filter(
        (queue) => !('SqsManagedSseEnabled' in queue.Properties) && !('KmsMasterKeyId' in queue.Properties),
      ),
    ];
    expect(namesOf(plain)).toEqual([]);
    expect(
      namesOf(
        resourcesOf(stacks, 'AWS::KMS::Key').filter(
          // KMS rotates no key that signs.
          (key) => property(key, 'EnableKeyRotation') !== true && property(key, 'KeyUsage') !== 'SIGN_VERIFY',
        ),
      ),
    ).toEqual([]);
  });

  test('grants no action with a wildcard', () => {
    // A key policy must name kms:* for the account, or nobody can ever change it (KMS developer guide, "Default key policy").
    const owners = all.filter(({ Type }) => Type !== 'AWS::KMS::Key' && Type !== 'AWS::KMS::ReplicaKey');
    const wild = owners.filter((owner) =>
      statementsOf(owner).some(
        (statement) =>
          Reflect.get(statement, 'Effect') === 'Allow' &&
          actionsOf(statement).some((action) => text(action).includes('*')),
      ),
    );
    expect(namesOf(wild)).toEqual([]);
  });

  test('grants on all resources only what AWS cannot narrow', () => {
    const cannotNarrow =
      /^(xray:|logs:(CreateLogDelivery|GetLogDelivery|UpdateLogDelivery|DeleteLogDelivery|ListLogDeliveries|PutResourcePolicy|DescribeResourcePolicies|DescribeLogGroups)$|dynamodb:ListStreams$|cloudwatch:GetMetricData$)/;
    const wide = all
      .filter(({ Type }) => Type === 'AWS::IAM::Policy' || Type === 'AWS::IAM::Role')
      .flatMap((owner) =>
        statementsOf(owner)
          .filter(
            (statement) => Reflect.get(statement, 'Effect') === 'Allow' && Reflect.get(statement, 'Resource') === '*',
          )
          .flatMap((statement) => actionsOf(statement).map(String))
          .filter((action) => !cannotNarrow.test(action))
          .map((action) => `${nameOf(owner)}: ${action}`),
      );
    expect(wide).toEqual([]);
  });

  test('has alarms that say who is hurt and link a runbook that exists', () => {
    const alarms = resourcesOf(stacks, 'AWS::CloudWatch::Alarm');
    expect(alarms.length).toBeGreaterThan(functions.length);
    for (const alarm of alarms) {
      const description = text(property(alarm, 'AlarmDescription'));
      const runbook = /docs\/runbooks\/[a-z-]+\.md/.exec(description)?.[0] ?? `${nameOf(alarm)} has no runbook`;
      expect({ runbook, exists: existsSync(join(__dirname, '../../..', runbook)) }).toEqual({ runbook, exists: true });
      expect(property(alarm, 'AlarmActions')).toBeDefined();
    }
    const silent = functions.filter(
      ({ logicalId, stack }) =>
        !alarms.some((alarm) => alarm.stack === stack && text(property(alarm, 'Dimensions')).includes(logicalId)),
    );
    expect(namesOf(silent)).toEqual([]);
  });
});

describe('what holds data', () => {
  const stateful = [
    'AWS::DynamoDB::GlobalTable',
    'AWS::KMS::Key',
    'AWS::KMS::ReplicaKey',
    'AWS::SNS::Topic',
    'AWS::S3::Bucket',
    'AWS::Kinesis::Stream',
    'AWS::Cognito::UserPool',
    'AWS::SecretsManager::Secret',
  ];

  test('lives in stacks of its own, under ids that never change', () => {
    expect(namesOf(resourcesOf(stacksOf.prod, ...stateful))).toMatchSnapshot();
  });

  test('is looked through by the operator wherever it can hold parked cases', () => {
    const tables = resourcesOf(stacksOf.prod, 'AWS::DynamoDB::GlobalTable');
    const withCases = tables.filter((table) => text(table.Properties).includes('"IndexName":"cases"'));
    // Audit lists chains and shards there, and parks nothing: its shards wait.
    const withoutAudit = withCases.map(({ stack }) => stack).filter((stack) => !stack.endsWith('/AuditData'));
    // By the region that makes the tables: the others have replicas of them.
    expect(withoutAudit.sort()).toEqual(stacksWithCases.map((stack) => `${regions[0]}/${stack}`));
  });

  test('is retained, protected and recoverable in prod', () => {
    const kept = resourcesOf(
      stacksOf.prod,
      'AWS::DynamoDB::GlobalTable',
      'AWS::KMS::Key',
      'AWS::KMS::ReplicaKey',
      'AWS::S3::Bucket',
      'AWS::Kinesis::Stream',
      'AWS::Cognito::UserPool',
    );
    expect(kept.length).toBeGreaterThan(5);
    expect(namesOf(kept.filter(({ DeletionPolicy }) => DeletionPolicy !== 'Retain'))).toEqual([]);
    const tables = resourcesOf(stacksOf.prod, 'AWS::DynamoDB::GlobalTable');
    const isOfKeys = ({ stack }: Placed) => stack.endsWith('/PrivacyData');
    // None of this is copied from replica to replica.
    const guardedIn = (table: Placed) =>
      regions.map((Region) => ({
        Region,
        DeletionProtectionEnabled: true,
        // What an erasure deletes of the keys of customers must not come back.
        ...(!isOfKeys(table) && { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }),
        SSESpecification: { KMSMasterKeyId: expect.anything() },
        Tags: [{ Key: 'tenfold:stage', Value: 'prod' }],
      }));
    for (const table of tables) {
      const replicas = [property(table, 'Replicas')].flat();
      expect({ table: nameOf(table), replicas }).toEqual({
        table: nameOf(table),
        replicas: expect.arrayContaining(guardedIn(table).map((settings) => expect.objectContaining(settings))),
      });
      expect(replicas).toHaveLength(regions.length);
    }
    const keys = tables.filter(isOfKeys);
    expect(namesOf(keys)).toHaveLength(1);
    expect(text(keys)).not.toMatch(/"PointInTimeRecoveryEnabled":true/);
    const statefulStacks = new Set(kept.map(({ stack }) => stack));
    expect(
      stacksOf.prod
        .filter(({ id, terminationProtection }) => statefulStacks.has(id) && !terminationProtection)
        .map(({ id }) => id),
    ).toEqual([]);
  });

  test('goes away with the stack in the local stage', () => {
    const kept = resourcesOf(stacksOf.local).filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain');
    // API Gateway's logging role is a setting of the whole account: other APIs may be using it.
    expect(kept.map(({ stack, logicalId }) => `${stack}/${logicalId.replace(/[0-9A-F]{8}$/, '')}`)).toEqual(
      regions.flatMap((region) => ['Role', 'Account'].map((what) => `${region}/BackboneData/ApiLogging${what}`)),
    );
  });
});

test.each(stages.flatMap((stage) => regions.map((region) => ({ stage, region }))))(
  'failed sagas are recovered by event and, should it be lost, by schedule in $region of the $stage stage',
  ({ stage, region }) => {
    const stacks = stacksOf[stage].filter((stack) => stack.region === region);
    const rules = resourcesOf(stacks, 'AWS::Events::Rule').filter((rule) =>
      nameOf(rule).startsWith(`${region}/OrderingService/FailedSagas`),
    );
    const [byEvent, bySchedule] = ['EventPattern', 'ScheduleExpression'].map((how) =>
      rules.filter((rule) => property(rule, how) !== undefined),
    );
    expect([byEvent?.length, bySchedule?.length]).toEqual([1, 1]);
    expect(bySchedule?.map((rule) => property(rule, 'ScheduleExpression'))).toEqual(['rate(15 minutes)']);
    const targetOf = (rule?: Placed) => text(objectsIn(rule?.Properties).filter((target) => 'RetryPolicy' in target));
    expect(targetOf(bySchedule?.[0])).toContain('DeadLetterConfig');
    expect(targetOf(bySchedule?.[0])).toBe(targetOf(byEvent?.[0]));
    const listing = resourcesOf(stacks, 'AWS::IAM::Policy').filter((policy) =>
      statementsOf(policy).some((statement) => actionsOf(statement).includes('states:ListExecutions')),
    );
    expect(namesOf(listing)).toEqual([expect.stringMatching(/\/OrderingService\/RecoverFailedSagaRole/)]);
  },
);

test('the prod stage deploys no sandbox and injects no faults', () => {
  expect(stacksOf.prod.map(({ name }) => name)).not.toContain('Sandbox');
  expect(text(stacksOf.prod)).not.toContain('faulty.handler');
});

test('a second synthesis gives the same bytes', () => {
  expect(text(synthesize('prod'))).toBe(text(stacksOf.prod));
});

describe('what only AWS would notice', () => {
  const policiesOf = (stage: (typeof stages)[number]) =>
    resourcesOf(stacksOf[stage], 'AWS::IAM::Policy').map(({ Properties }) => text(Properties));

  test('a secret that is known by name is granted with the characters that AWS appends to it', () => {
    const granted = policiesOf('prod').filter((policy) => policy.includes('secretsmanager:GetSecretValue'));
    expect(granted.length).toBeGreaterThan(2);
    expect(
      granted.filter((policy) => !/secret:tenfold\/prod\/(payment-provider|carrier|subjects)-\?{6}"/.test(policy)),
    ).toEqual([]);
  });

  test.each(stages)('the account may log its APIs before any of them is deployed in the %s stage', (stage) => {
    const backbones = regions.map((region) => `${region}/BackboneData`);
    expect(resourcesOf(stacksOf[stage], 'AWS::ApiGateway::Account').map(({ stack }) => stack)).toEqual(backbones);
    const apis = new Set(resourcesOf(stacksOf[stage], 'AWS::ApiGateway::RestApi').map(({ stack }) => stack));
    const early = stacksOf[stage].filter(
      ({ id, region, dependencies }) => apis.has(id) && !dependencies.includes(`${region}/BackboneData`),
    );
    expect(apis.size).toBeGreaterThan(regions.length - 1);
    expect(early.map(({ id }) => id)).toEqual([]);
  });

  test.each(stages)('alarms may publish to their encrypted topic in the %s stage', (stage) => {
    const alarms = resourcesOf(stacksOf[stage], 'AWS::SNS::TopicPolicy').filter(({ Properties }) =>
      text(Properties).includes('"Service":"cloudwatch.amazonaws.com"'),
    );
    expect(alarms).toHaveLength(regions.length);
    for (const topic of alarms) expect(text(topic.Properties)).toContain('"sns:Publish"');
    const backbones = stacksOf[stage].filter(({ name }) => name === 'BackboneData');
    const keys = resourcesOf(backbones, 'AWS::KMS::Key', 'AWS::KMS::ReplicaKey');
    expect(keys).toHaveLength(regions.length);
    for (const key of keys) {
      expect(text(key.Properties)).toContain('"Service":"cloudwatch.amazonaws.com"');
      expect(text(key.Properties)).toContain('"Service":"delivery.logs.amazonaws.com"');
    }
  });

  test.each(stages)('the shared key serves nobody without a condition in the %s stage', (stage) => {
    const unconditional = resourcesOf(stacksOf[stage], 'AWS::IAM::Policy').filter((policy) =>
      statementsOf(policy).some(
        (statement) =>
          // The shared key signs nothing, and has no public part.
          actionsOf(statement).some(
            (action) => String(action).startsWith('kms:') && !['kms:Sign', 'kms:GetPublicKey'].includes(String(action)),
          ) && !('Condition' in statement),
      ),
    );
    expect(namesOf(unconditional)).toEqual([]);
  });
});
