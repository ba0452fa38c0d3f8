import type { Template } from 'aws-cdk-lib/assertions';
import { HealthCheck, HealthCheckType, PublicHostedZone } from 'aws-cdk-lib/aws-route53';
import { GeoRouting, GeoRoutingError, type GeoRoutingProps } from '../../../lib/constructs/geo-routing';
import { checkedTemplate, testStack } from './synthesize';

interface RecordSet {
  readonly Name: string;
  readonly TTL?: string;
  readonly SetIdentifier?: string;
  readonly Region?: string;
  readonly Failover?: 'PRIMARY' | 'SECONDARY';
  readonly GeoLocation?: { readonly ContinentCode?: string; readonly CountryCode?: string };
  readonly HealthCheckId?: { readonly Ref: string };
  readonly AliasTarget: { readonly DNSName: string; readonly EvaluateTargetHealth?: boolean };
}

const continents = { SA: 'sa-east-1', NA: 'us-east-1', EU: 'us-east-1', AF: 'sa-east-1' };

const routing = (names: readonly string[], more: Partial<GeoRoutingProps> = {}): Template => {
  const stack = testStack();
  const zone = new PublicHostedZone(stack, 'Zone', { zoneName: 'example.com' });
  const regions = names.map((region) => ({
    region,
    endpoint: { bind: () => ({ dnsName: `common.${region}.aws`, hostedZoneId: `Z-${region}` }) },
    ownEndpoint: { bind: () => ({ dnsName: `own.${region}.aws`, hostedZoneId: `Z-${region}` }) },
    healthCheck: new HealthCheck(stack, `Health-${region}`, { type: HealthCheckType.HTTPS, fqdn: 'a.example.com' }),
  }));
  new GeoRouting(stack, 'Api', { zone, domainName: 'api.example.com', regions, continents, ...more });
  return checkedTemplate(stack);
};

const recordsOf = (template: Template): readonly RecordSet[] =>
  Object.values(template.findResources('AWS::Route53::RecordSet')).map(({ Properties }) => Properties);

/** Every AWS endpoint that a name can be answered with, in whatever state of health. */
const reachable = (records: readonly RecordSet[], name: string): readonly string[] => [
  ...new Set(
    records
      .filter(({ Name }) => Name === `${name}.`)
      .flatMap(({ AliasTarget: { DNSName } }) => (DNSName.endsWith('.aws') ? [DNSName] : reachable(records, DNSName))),
  ),
];

const two = ['sa-east-1', 'us-east-1'];
const three = [...two, 'eu-west-1'];

describe.each([
  ['two', two],
  ['three', three],
])('GeoRouting over %s regions', (_, names) => {
  const template = routing(names, { countries: { PT: 'sa-east-1', US: 'us-east-1' } });
  const records = recordsOf(template);
  const endpoints = names.map((region) => `common.${region}.aws`).sort();

  it('has aliases only, each of which evaluates the health of its target, so that none has a TTL to wait for', () => {
    expect(records.length).toBeGreaterThan(4 * names.length);
    expect(records.filter(({ AliasTarget }) => !AliasTarget.EvaluateTargetHealth)).toEqual([]);
    expect(records.filter(({ TTL }) => TTL !== undefined)).toEqual([]);
  });

  it('has a health check on every latency record and on every primary', () => {
    const checked = records.filter(({ Region, Failover }) => Region !== undefined || Failover === 'PRIMARY');
    expect(checked).toHaveLength(2 * names.length);
    for (const { HealthCheckId, Region, SetIdentifier } of checked) {
      const region = Region ?? SetIdentifier ?? '';
      expect(HealthCheckId?.Ref.startsWith(`Health${region.replaceAll('-', '')}`)).toBe(true);
    }
  });

  it('falls back from the preferred region to the nearest one that is healthy', () => {
    for (const region of names) {
      const group = records.filter(({ Name }) => Name === `prefer-${region}.api.example.com.`);
      expect(group.map(({ Failover, AliasTarget }) => [Failover, AliasTarget.DNSName])).toEqual([
        ['PRIMARY', `common.${region}.aws`],
        ['SECONDARY', 'any.api.example.com'],
      ]);
    }
  });

  it('reaches every region from every place', () => {
    const places = records.filter(({ GeoLocation }) => GeoLocation !== undefined);
    expect(places).toHaveLength(4 + 2 + 1);
    for (const { AliasTarget } of places) {
      expect([...reachable(records, AliasTarget.DNSName)].sort()).toEqual(endpoints);
    }
  });

  it('prefers what a country says over its continent, and answers the rest of the world by latency', () => {
    const preferences = records
      .filter(({ GeoLocation }) => GeoLocation !== undefined)
      .map(({ GeoLocation: { ContinentCode, CountryCode } = {}, AliasTarget: { DNSName } }) => [
        ContinentCode ?? CountryCode,
        DNSName,
      ]);
    expect(Object.fromEntries(preferences)).toEqual({
      SA: 'prefer-sa-east-1.api.example.com',
      AF: 'prefer-sa-east-1.api.example.com',
      NA: 'prefer-us-east-1.api.example.com',
      EU: 'prefer-us-east-1.api.example.com',
      PT: 'prefer-sa-east-1.api.example.com',
      US: 'prefer-us-east-1.api.example.com',
      '*': 'any.api.example.com',
    });
  });

  it('gives every region a name of its own that is never switched', () => {
    for (const region of names) {
      expect(reachable(records, `${region}.api.example.com`)).toEqual([`own.${region}.aws`]);
    }
  });

  it('tells records of one name apart', () => {
    const names = records.map(({ Name, SetIdentifier }) => `${Name} ${SetIdentifier ?? ''}`);
    expect(new Set(names).size).toBe(names.length);
  });

  it('creates what an alias points at before the alias', () => {
    const resources = template.findResources('AWS::Route53::RecordSet');
    for (const { Properties, DependsOn = [] } of Object.values(resources)) {
      const { DNSName } = (Properties as RecordSet).AliasTarget;
      const targets = Object.entries(resources).filter(([, target]) => target['Properties'].Name === `${DNSName}.`);
      expect(DependsOn).toEqual(expect.arrayContaining(targets.map(([id]) => id)));
    }
  });
});

describe('GeoRouting', () => {
  it('lets the rest of the world prefer a region, too', () => {
    const records = recordsOf(routing(two, { defaultRegion: 'us-east-1' }));
    const rest = records.filter(({ GeoLocation }) => GeoLocation?.CountryCode === '*');
    expect(rest.map(({ AliasTarget }) => AliasTarget.DNSName)).toEqual(['prefer-us-east-1.api.example.com']);
  });

  it.each([
    [
      'a continent',
      { continents: { EU: 'eu-west-1' } },
      'EU prefers "eu-west-1"; expected one of: sa-east-1, us-east-1',
    ],
    ['a country', { countries: { BR: 'sa-east-2' } }, 'BR prefers "sa-east-2"; expected one of: sa-east-1, us-east-1'],
    ['the rest', { defaultRegion: 'ap-east-1' }, 'Default prefers "ap-east-1"; expected one of: sa-east-1, us-east-1'],
  ])('refuses a route of %s to a region that is not there', (__, more, message) => {
    expect(() => routing(two, more)).toThrow(new GeoRoutingError(message));
  });

  it('refuses to route to no region, or to one region twice', () => {
    expect(() => routing([])).toThrow(new GeoRoutingError('no region to route to; expected at least one'));
    const stack = testStack();
    const healthCheck = HealthCheck.fromHealthCheckId(stack, 'Health', 'health-1');
    const endpoint = { bind: () => ({ dnsName: 'common.aws', hostedZoneId: 'Z-1' }) };
    const same = { region: 'sa-east-1', endpoint, healthCheck };
    const zone = new PublicHostedZone(stack, 'Zone', { zoneName: 'example.com' });
    const twice = { zone, domainName: 'api.example.com', regions: [same, same], continents: {} };
    expect(() => new GeoRouting(stack, 'Api', twice)).toThrow('region "sa-east-1" is given twice');
  });
});
