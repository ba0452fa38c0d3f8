import { CloudWatchClient, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { executeApiUrlAt } from '../../../local/emulator/execute-api-url';
import type { PlayedDistribution } from '../../../local/regions/distribution';
import { lookUp } from '../../../local/regions/dns/dns-client';
import { textAt, type XmlElement } from '../../../local/regions/dns/read-xml';
import { callRoute53 } from '../../../local/regions/dns/route53-api';
import { scopeHeaders } from '../../../local/regions/emulator-scope';
import { type RegionServices, startRegionServices } from '../../../local/regions/region-services';
import { putServerMode } from '../../../local/regions/server-mode';
import { eventually } from '../eventually';
import { deployScratch, functionTemplate, restApi } from './deploy-scratch';
import { type ScratchEmulator, startScratchEmulator } from './scratch-emulator';

const SAO_PAULO = 'sa-east-1';
const VIRGINIA = 'us-east-1';
/** By how much health checks are faster than deployed. */
const FACTOR = 5;
const regions = [SAO_PAULO, VIRGINIA] as const;

let emulator: ScratchEmulator;
let services: RegionServices;
let beating: string;

const distribution: PlayedDistribution = {
  origins: regions.map((region) => ({
    bucket: `assets-${region}`,
    region,
    connectionAttempts: 1,
    connectionTimeoutSeconds: 1,
    responseTimeoutSeconds: 1,
  })),
  failoverStatuses: new Set([403, 404, 500, 502, 503, 504]),
  allowedMethods: new Set(['GET', 'HEAD']),
};

/** A function that tells where it is, and writes a heartbeat to its log. */
const code = `exports.handler = async ({ path }) => {
  if (path === undefined) console.log(JSON.stringify({
    _aws: { Timestamp: Date.now(), CloudWatchMetrics: [
      { Namespace: 'Tenfold/Regions', Dimensions: [['region']], Metrics: [{ Name: 'RegionInService', Unit: 'Count' }] },
      { Namespace: 'Tenfold', Dimensions: [[]], Metrics: [{ Name: 'Other' }] },
    ] },
    region: process.env.AWS_REGION, RegionInService: 1, Other: 1,
  }));
  return { statusCode: 200, body: process.env.AWS_REGION + ' ' + path };
};`;

beforeAll(async () => {
  emulator = await startScratchEmulator();
  const apis = await Promise.all(
    regions.map(async (region) => {
      const outputs = await deployScratch(
        emulator,
        region,
        'api',
        functionTemplate(code, restApi, {
          Url: { 'Fn::Sub': 'https://${Api}.execute-api.${AWS::Region}.amazonaws.com/live' },
        }),
      );
      if (region === SAO_PAULO) beating = outputs.get('Function') ?? '';
      return { region, apiUrl: executeApiUrlAt(emulator.endpoint, 'ministack', outputs.get('Url') ?? '') };
    }),
  );
  await deployRecords();
  await fillBuckets();
  services = await startRegionServices({
    endpoint: emulator.endpoint,
    regions: apis,
    distribution,
    factor: FACTOR,
    note: () => undefined,
  });
});

afterAll(async () => {
  await services.close();
  await emulator.stop();
});

afterEach(async () => {
  for (const region of regions) await emulator.control.putRegion(region, 'light');
  for (const { frontUrl } of services.status().regions) await putServerMode(frontUrl, { mode: 'light' });
  await eventually(
    async () => services.status().checks,
    (checks) => checks.every(({ healthy, kind }) => healthy || kind !== 'endpoint'),
  );
});

/** A value as XML: objects and lists become elements, in the order in which Route 53's schema has them. */
const xml = (value: XmlValue): string => {
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return value.map(xml).join('');
  return Object.entries(value)
    .map(([name, inner]) => `<${name}>${xml(inner)}</${name}>`)
    .join('');
};
type XmlValue = string | number | boolean | readonly XmlValue[] | { readonly [name: string]: XmlValue };

const post = (path: string, request: Readonly<Record<string, XmlValue>>): Promise<XmlElement> =>
  callRoute53({ endpoint: emulator.endpoint, region: VIRGINIA }, path, xml(request));

const check = async (HealthCheckConfig: Readonly<Record<string, XmlValue>>): Promise<string> => {
  const CallerReference = Object.values(HealthCheckConfig).map(xml).join(' ');
  const made = await post('/healthcheck', { CreateHealthCheckRequest: { CallerReference, HealthCheckConfig } });
  return textAt(made, 'HealthCheck', 'Id') ?? '';
};

/** The design's records for two regions; the heartbeat's check stands for itself. */
const deployRecords = async (): Promise<void> => {
  const zone = { Name: 'shop.test', CallerReference: '1' };
  const made = await post('/hostedzone', { CreateHostedZoneRequest: zone });
  const zoneId = textAt(made, 'HostedZone', 'Id')?.replace('/hostedzone/', '') ?? '';
  const alias = (
    name: string,
    to: string,
    routing: Readonly<Record<string, XmlValue>> = {},
    zoneOfTarget = zoneId,
  ) => ({
    Name: name,
    Type: 'A',
    ...routing,
    AliasTarget: { HostedZoneId: zoneOfTarget, DNSName: to, EvaluateTargetHealth: true },
  });
  const sets = [
    alias('api.shop.test', 'any.api.shop.test', { SetIdentifier: 'rest', GeoLocation: { CountryCode: '*' } }),
    alias('assets.shop.test', 'd1.cloudfront.net', {}, 'ZAWS'),
  ];
  for (const region of regions) {
    const host = `${region}.api.shop.test`;
    const HealthCheckId = await check({
      Type: 'HTTPS',
      FullyQualifiedDomainName: host,
      ResourcePath: '/health',
      RequestInterval: 10,
      FailureThreshold: 2,
      EnableSNI: true,
    });
    const home = { ContinentCode: region === SAO_PAULO ? 'SA' : 'NA' };
    sets.push(
      alias(host, `${host}.execute-api.${region}.amazonaws.com`, {}, 'ZAWS'),
      alias('any.api.shop.test', host, { SetIdentifier: region, Region: region, HealthCheckId }),
      alias(`prefer-${region}.api.shop.test`, host, { SetIdentifier: 'first', Failover: 'PRIMARY', HealthCheckId }),
      alias(`prefer-${region}.api.shop.test`, 'any.api.shop.test', { SetIdentifier: 'then', Failover: 'SECONDARY' }),
      alias('api.shop.test', `prefer-${region}.api.shop.test`, { SetIdentifier: region, GeoLocation: home }),
    );
  }
  const Changes = sets.map((ResourceRecordSet) => ({ Change: { Action: 'CREATE', ResourceRecordSet } }));
  const ChangeResourceRecordSetsRequest = { ChangeBatch: { Changes } };
  await post(`/hostedzone/${zoneId}/rrset`, { ChangeResourceRecordSetsRequest });
  await new CloudWatchClient(emulator.in(SAO_PAULO)).send(
    new PutMetricAlarmCommand({
      AlarmName: 'heartbeat',
      Namespace: 'Tenfold/Regions',
      MetricName: 'RegionInService',
      Dimensions: [{ Name: 'region', Value: SAO_PAULO }],
      Statistic: 'Minimum',
      Period: 60,
      EvaluationPeriods: 2,
      DatapointsToAlarm: 2,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    }),
  );
  await check({
    Type: 'CLOUDWATCH_METRIC',
    AlarmIdentifier: { Name: 'heartbeat', Region: SAO_PAULO },
    InsufficientDataHealthStatus: 'Unhealthy',
  });
};

const bucketRequest = async (
  region: string,
  path: string,
  method: 'PUT' | 'DELETE',
  content: { readonly body?: string; readonly type?: string } = {},
): Promise<void> => {
  const { body, type = 'application/xml' } = content;
  const response = await fetch(`${emulator.endpoint}/assets-${region}${path}`, {
    method,
    headers: { ...scopeHeaders(region, 's3'), 'content-type': type },
    ...(body !== undefined && { body }),
  });
  expect({ status: response.status, ok: response.ok }).toMatchObject({ ok: true });
};

const fillBuckets = async (): Promise<void> => {
  for (const region of regions) {
    const place = { CreateBucketConfiguration: { LocationConstraint: region } };
    await bucketRequest(region, '', 'PUT', region === VIRGINIA ? {} : { body: xml(place) });
    await bucketRequest(region, '/logo%20a.svg', 'PUT', { body: '<svg/>', type: 'image/svg+xml' });
  }
};

/** The region to which a client of a network is led, asked as a resolver would ask. */
const regionFor = async (subnet: string): Promise<string | undefined> => {
  const { dns, regions: fronts } = services.status();
  const { answers } = await lookUp({ server: dns, name: 'api.shop.test', subnet });
  return fronts.find(({ address }) => address === answers.at(-1)?.data)?.region;
};

const BRAZIL = '192.0.2.0/24';
const NEW_YORK = '198.51.100.0/26';
const GERMANY = '198.18.0.0/24';

test('clients are led to their region by the deployed records, and served there', async () => {
  expect(await Promise.all([BRAZIL, NEW_YORK, GERMANY].map(regionFor))).toEqual([SAO_PAULO, VIRGINIA, VIRGINIA]);

  for (const { region, frontUrl } of services.status().regions)
    expect(await (await fetch(`${frontUrl}/v1/orders`)).text()).toBe(`${region} /v1/orders`);
});

test.each([
  ['refused', undefined],
  ['blackhole', undefined],
  ['error', undefined],
  ['slow', 5_000],
] as const)('clients are led away from a region that is dark (%s), and back when it is light', async (mode, delay) => {
  await emulator.control.putRegion(SAO_PAULO, mode, delay);
  await eventually(
    () => regionFor(BRAZIL),
    (region) => region === VIRGINIA,
  );
  await emulator.control.putRegion(SAO_PAULO, 'light');

  await eventually(
    () => regionFor(BRAZIL),
    (region) => region === SAO_PAULO,
  );
});

test('a false alarm leads clients away from a region that serves', async () => {
  const [front] = services.status().regions;
  await putServerMode(front?.frontUrl ?? '', { mode: 'error', onlyPath: '/health' });
  await eventually(
    () => regionFor(BRAZIL),
    (region) => region === VIRGINIA,
  );

  expect((await fetch(`${front?.frontUrl ?? ''}/v1/orders`)).status).toBe(200);
});

test('when every region is unhealthy, clients are led home', async () => {
  for (const { frontUrl } of services.status().regions) await putServerMode(frontUrl, { mode: 'refused' });
  await eventually(
    async () => services.status().checks.filter(({ kind }) => kind === 'endpoint'),
    (checks) => checks.every(({ healthy }) => !healthy),
  );

  expect(await Promise.all([BRAZIL, NEW_YORK].map(regionFor))).toEqual([SAO_PAULO, VIRGINIA]);
});

test('a region is in service by its alarm while its heart beats', async () => {
  const healthy = async (): Promise<boolean | undefined> =>
    services.status().checks.find(({ kind }) => kind === 'alarm')?.healthy;
  const lambda = new LambdaClient(emulator.in(SAO_PAULO));
  // Two periods of a minute are six seconds then.
  services.setFactor(20);
  await eventually(healthy, (is) => is === false);
  await eventually(
    async () => {
      await lambda.send(new InvokeCommand({ FunctionName: beating, Payload: '{}' }));
      return healthy();
    },
    (is) => is === true,
  );

  await eventually(healthy, (is) => is === false);
  services.setFactor(FACTOR);
  lambda.destroy();
});

describe('assets', () => {
  const get = async (): Promise<{ status: number; origin: string | null; text: string; milliseconds: number }> => {
    const startedAt = performance.now();
    const response = await fetch(`${services.status().assets?.url ?? ''}/logo%20a.svg`);
    const text = await response.text();
    const origin = response.headers.get('x-tenfold-origin');
    return { status: response.status, origin, text, milliseconds: performance.now() - startedAt };
  };

  test('come from the first bucket, under their name', async () => {
    const { dns, assets } = services.status();
    const { answers } = await lookUp({ server: dns, name: 'assets.shop.test' });

    expect(answers).toMatchObject([{ data: assets?.address }]);
    expect(await get()).toMatchObject({ status: 200, origin: SAO_PAULO, text: '<svg/>' });
  });

  test.each([['refused'], ['blackhole'], ['error']] as const)(
    'come from the second at once when the region of the first is dark (%s)',
    async (mode) => {
      await emulator.control.putRegion(SAO_PAULO, mode);
      const { milliseconds, ...answer } = await get();

      expect(answer).toEqual({ status: 200, origin: VIRGINIA, text: '<svg/>' });
      expect(milliseconds).toBeLessThan(2_000);
    },
  );

  test('come from the second when the first has lost them', async () => {
    await bucketRequest(SAO_PAULO, '/logo%20a.svg', 'DELETE');

    expect(await get()).toMatchObject({ status: 200, origin: VIRGINIA });
  });
});
