import type { StageSettings } from '../../../lib/app/stage-config';
import { appOf, type Placed, resourcesOf, synthesize } from './synthesized';

const domain: StageSettings = { domain: 'shop.example.com', hostedZone: 'create' };
const text = (value: unknown): string => JSON.stringify(value ?? '');
const property = (resource: Placed, ...path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    resource.Properties,
  );

const two = ['sa-east-1', 'us-east-1'] as const;
const three = [...two, 'eu-west-1'] as const;
const elsewhere = ['eu-west-1', 'ap-southeast-2'] as const;

describe.each([
  ['two', two],
  ['three', three],
  ['two others', elsewhere],
])('the edge of %s regions', (_, [first, ...more]) => {
  const regions = [first, ...more];
  const stacks = synthesize('prod', { ...domain, regions: [first, ...more], routing: { countries: { BR: first } } });
  const named = (name: string) => stacks.filter((stack) => stack.name === name);
  const records = resourcesOf(named('Edge'), 'AWS::Route53::RecordSet');
  const checks = resourcesOf(named('Edge'), 'AWS::Route53::HealthCheck');
  const ofType = (type: string) => checks.filter((check) => property(check, 'HealthCheckConfig', 'Type') === type);
  const isPointedAt = (name: unknown) => records.filter(({ Properties }) => Properties['Name'] === `${String(name)}.`);

  /** Logical ids of the custom domains that a name can be answered with. */
  const endpointsOf = (name: string): readonly string[] => [
    ...new Set(
      isPointedAt(name).flatMap((record) => {
        const target = property(record, 'AliasTarget', 'DNSName');
        return typeof target === 'string' ? endpointsOf(target) : [text(target)];
      }),
    ),
  ];

  test('is made once, in us-east-1, where CloudFront and Route 53 have what belongs to them', () => {
    const once = ['EdgeData', 'Edge', 'Assets'].flatMap(named);
    expect(once.map(({ region, stackName }) => [region, stackName])).toEqual([
      ['us-east-1', 'Tenfold-Prod-EdgeData'],
      ['us-east-1', 'Tenfold-Prod-Edge'],
      ['us-east-1', 'Tenfold-Prod-Assets'],
    ]);
  });

  test('asks every region every ten seconds and believes two failures', () => {
    expect(
      ofType('HTTPS').map((check) => ({
        name: property(check, 'HealthCheckConfig', 'FullyQualifiedDomainName'),
        path: property(check, 'HealthCheckConfig', 'ResourcePath'),
        interval: property(check, 'HealthCheckConfig', 'RequestInterval'),
        threshold: property(check, 'HealthCheckConfig', 'FailureThreshold'),
      })),
    ).toEqual(
      regions.map((region) => ({
        name: `${region}.api.shop.example.com`,
        path: '/health',
        interval: 10,
        threshold: 2,
      })),
    );
  });

  test('holds a silent region for unhealthy, by the check and by the alarm that it follows', () => {
    const heartbeats = ofType('CLOUDWATCH_METRIC');
    expect(
      heartbeats.map((check) => [
        property(check, 'HealthCheckConfig', 'AlarmIdentifier', 'Region'),
        property(check, 'HealthCheckConfig', 'InsufficientDataHealthStatus'),
      ]),
    ).toEqual(regions.map((region) => [region, 'Unhealthy']));
    const alarms = resourcesOf(named('EdgeService'), 'AWS::CloudWatch::Alarm').filter(
      (alarm) => property(alarm, 'MetricName') === 'RegionInService',
    );
    expect(alarms.map((alarm) => property(alarm, 'TreatMissingData'))).toEqual(regions.map(() => 'breaching'));
    for (const [index, check] of heartbeats.entries()) {
      expect(text(property(check, 'HealthCheckConfig', 'AlarmIdentifier', 'Name'))).toContain(
        `Tenfold-Prod-${regions[index]}-EdgeService`,
      );
    }
  });

  test('wants both checks of a region to be well', () => {
    expect(ofType('CALCULATED').map((check) => property(check, 'HealthCheckConfig', 'HealthThreshold'))).toEqual(
      regions.map(() => 2),
    );
  });

  test('has aliases only, which evaluate the health of their targets and have no TTL of their own', () => {
    expect(records.length).toBeGreaterThan(10);
    expect(records.filter((record) => property(record, 'AliasTarget', 'EvaluateTargetHealth') !== true)).toEqual([]);
    expect(records.filter((record) => property(record, 'TTL') !== undefined)).toEqual([]);
  });

  test('has the calculated check on every latency record and on every primary', () => {
    const calculated = ofType('CALCULATED').map(({ logicalId }) => logicalId);
    const decided = records.filter(
      (record) => property(record, 'Region') !== undefined || property(record, 'Failover') === 'PRIMARY',
    );
    expect(decided).toHaveLength(2 * regions.length);
    for (const record of decided) expect(calculated).toContain(property(record, 'HealthCheckId', 'Ref'));
  });

  test('answers every continent, the countries that were named, and the rest of the world', () => {
    const places = isPointedAt('api.shop.example.com').map(
      (record) => property(record, 'GeoLocation', 'ContinentCode') ?? property(record, 'GeoLocation', 'CountryCode'),
    );
    expect(places.sort()).toEqual(['*', 'AF', 'AN', 'AS', 'BR', 'EU', 'NA', 'OC', 'SA']);
  });

  test('reaches every region from every place, at the endpoint of the name that clients ask for', () => {
    const everywhere = endpointsOf('any.api.shop.example.com');
    expect(everywhere).toHaveLength(regions.length);
    for (const record of isPointedAt('api.shop.example.com')) {
      const reached = endpointsOf(String(property(record, 'AliasTarget', 'DNSName')));
      expect([...reached].sort()).toEqual([...everywhere].sort());
    }
    for (const region of regions) {
      const own = endpointsOf(`${region}.api.shop.example.com`);
      expect(own).toHaveLength(1);
      expect(everywhere).not.toContain(own[0]);
    }
  });

  test('gives the API in each region a certificate and both names', () => {
    for (const region of regions) {
      const gateway = named('GatewayService').filter((stack) => stack.region === region);
      const names = resourcesOf(gateway, 'AWS::ApiGateway::DomainName');
      expect(names.map((name) => property(name, 'DomainName')).sort()).toEqual(
        ['api.shop.example.com', `${region}.api.shop.example.com`].sort(),
      );
      expect(names.map((name) => property(name, 'SecurityPolicy'))).toEqual(['TLS_1_2', 'TLS_1_2']);
      expect(resourcesOf(gateway, 'AWS::ApiGateway::BasePathMapping')).toHaveLength(2);
    }
  });

  test('opens /health, and nothing else, to the public', () => {
    const open = resourcesOf(named('GatewayService'), 'AWS::ApiGateway::Method').filter(
      (method) => property(method, 'AuthorizationType') === 'NONE',
    );
    expect(open.map((method) => property(method, 'OperationName'))).toEqual(regions.map(() => 'checkHealth'));
  });

  test('serves assets of the first two regions, and copies each region’s to all others', () => {
    const [distribution] = resourcesOf(named('Assets'), 'AWS::CloudFront::Distribution');
    expect(property(distribution as Placed, 'DistributionConfig', 'OriginGroups', 'Quantity')).toBe(1);
    const origins = text(property(distribution as Placed, 'DistributionConfig', 'Origins'));
    const served = regions.filter((region) => origins.includes(`tenfold-prod-assets-444455556666-${region}`));
    expect(served).toEqual(regions.slice(0, 2));
    expect(named('AssetsService')).toHaveLength(regions.length);
    const alarms = resourcesOf(named('AssetsService'), 'AWS::CloudWatch::Alarm').filter(
      (alarm) => property(alarm, 'MetricName') === 'OperationsFailedReplication',
    );
    expect(alarms).toHaveLength(regions.length * (regions.length - 1));
  });

  test('deploys buckets after the distribution that they let in, and replication after every bucket', () => {
    for (const { dependencies } of named('AssetsData')) expect(dependencies).toContain('global/Assets');
    for (const { dependencies } of named('AssetsService')) {
      expect(dependencies).toEqual(expect.arrayContaining(regions.map((region) => `${region}/AssetsData`)));
    }
  });

  test('tells alarms of us-east-1 to a topic of us-east-1', () => {
    const alarms = resourcesOf([...named('Edge'), ...named('Assets')], 'AWS::CloudWatch::Alarm');
    expect(alarms).toHaveLength(regions.length + 1);
    const topicStack = regions.includes('us-east-1')
      ? 'Tenfold-Prod-us-east-1-BackboneData'
      : 'Tenfold-Prod-BackboneAlarms';
    for (const alarm of alarms) expect(text(property(alarm, 'AlarmActions'))).toContain(topicStack);
  });
});

describe('a stage without a domain', () => {
  const { stage } = appOf('prod');
  const stacks = stage.synth().stacks;

  test('has no zone, no records and no custom names, and says so', () => {
    expect(stacks.map(({ stackName }) => stackName)).not.toContain('Tenfold-Prod-Edge');
    const gateways = stacks.filter(({ stackName }) => stackName.endsWith('GatewayService'));
    expect(gateways).toHaveLength(2);
    for (const gateway of gateways) {
      expect(text(gateway.template)).not.toContain('AWS::ApiGateway::DomainName');
      expect(gateway.template.Outputs.GeoDns.Value).toContain('off');
      expect(gateway.messages.map(({ entry, level }) => `${level}: ${text(entry.data)}`).join()).toMatch(
        /info: .*without GeoDNS/,
      );
    }
  });

  test('can be asked for its health all the same', () => {
    const methods = stacks.flatMap(({ template }) =>
      Object.values<Placed>(template.Resources).filter(({ Type }) => Type === 'AWS::ApiGateway::Method'),
    );
    expect(methods.filter((method) => property(method, 'OperationName') === 'checkHealth')).toHaveLength(2);
  });
});

describe('a zone that exists', () => {
  const stacks = synthesize('prod', { domain: 'shop.example.com', hostedZone: { id: 'Z0123456789ABCDEFGHIJ' } });

  test('is filled and not made', () => {
    expect(resourcesOf(stacks, 'AWS::Route53::HostedZone')).toEqual([]);
    const records = resourcesOf(stacks, 'AWS::Route53::RecordSet');
    expect(records.filter((record) => property(record, 'HostedZoneId') !== 'Z0123456789ABCDEFGHIJ')).toEqual([]);
  });
});

describe('a zone of the stage’s own', () => {
  const [zone] = resourcesOf(synthesize('prod', domain), 'AWS::Route53::HostedZone');

  test('outlives its stack in prod: whoever loses it loses every name', () => {
    expect(zone).toMatchObject({ stack: 'global/EdgeData', DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    expect(zone?.Properties['Name']).toBe('shop.example.com.');
  });
});

describe('what costs extra or nobody needs', () => {
  test('is off', () => {
    const stacks = synthesize('prod', domain);
    expect(text(resourcesOf(stacks, 'AWS::Route53::HostedZone'))).not.toContain('AcceleratedRecovery');
    expect(resourcesOf(stacks, 'AWS::ARCRegionSwitch::Plan')).toEqual([]);
  });

  test('can be turned on for two regions: a plan over functions that start the workflows, each of one region', () => {
    const stacks = synthesize('prod', { ...domain, regionSwitchPlan: true });
    const [plan] = resourcesOf(stacks, 'AWS::ARCRegionSwitch::Plan');
    expect(property(plan as Placed, 'Regions')).toEqual(['sa-east-1', 'us-east-1']);
    const callers = resourcesOf(stacks, 'AWS::Lambda::Function').filter((caller) =>
      ['evacuate-other', 'return-here'].includes(String(property(caller, 'Environment', 'Variables', 'ACTION'))),
    );
    expect(callers.map(({ stack }) => stack).sort()).toEqual(
      ['sa-east-1', 'sa-east-1', 'us-east-1', 'us-east-1'].map((region) => `${region}/RegionsService`),
    );
    const holder = stacks.find(({ id }) => id === plan?.stack);
    expect(holder?.dependencies).toEqual(
      expect.arrayContaining(['sa-east-1/RegionsService', 'us-east-1/RegionsService']),
    );
    const machines = resourcesOf(stacks, 'AWS::StepFunctions::StateMachine');
    const named = machines.filter((machine) => property(machine, 'StateMachineName') === 'tenfold-prod-return-region');
    expect(named).toHaveLength(2);
  });

  test('is refused for three regions, since a plan has two', () => {
    const regions: [string, ...string[]] = ['sa-east-1', 'us-east-1', 'eu-west-1'];
    expect(() => synthesize('prod', { ...domain, regions, regionSwitchPlan: true })).toThrow(
      /regionSwitchPlan: got true; expected false: 0 of 3 regions/,
    );
  });

  test('can be turned on for the zone', () => {
    const [zone] = resourcesOf(synthesize('prod', { ...domain, accelerateDns: true }), 'AWS::Route53::HostedZone');
    expect(property(zone as Placed, 'HostedZoneFeatures', 'EnableAcceleratedRecovery')).toBe(true);
  });
});

describe('a stage of one region', () => {
  const stacks = synthesize('prod', { ...domain, regions: ['sa-east-1'] });

  test('answers at its names, with its assets in one bucket', () => {
    expect(resourcesOf(stacks, 'AWS::Route53::RecordSet').length).toBeGreaterThan(5);
    expect(stacks.map(({ name }) => name)).not.toContain('AssetsService');
    const [distribution] = resourcesOf(stacks, 'AWS::CloudFront::Distribution');
    expect(property(distribution as Placed, 'DistributionConfig', 'OriginGroups')).toBeUndefined();
  });
});
