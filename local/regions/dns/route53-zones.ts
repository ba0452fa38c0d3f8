import type { HealthCheck } from '../health/health-check';
import { elementsAt, textAt, type XmlElement } from './read-xml';
import { type AliasTarget, type GeoArea, type HostedZone, plainName, type RecordSet, type Routing } from './record-set';
import { callRoute53, type Route53Place } from './route53-api';

/** What is deployed to Route 53. */
export interface DeployedDns {
  readonly zones: readonly HostedZone[];
  readonly healthChecks: readonly HealthCheck[];
}

/**
 * Reads every hosted zone and every health check through Route 53's API.
 * @throws Route53ApiError a request is refused
 * @throws Error one is not answered
 */
export const readDeployedDns = async (place: Route53Place): Promise<DeployedDns> => {
  const found = await pagesOf(place, '/hostedzone', ['HostedZones', 'HostedZone'], { marker: 'NextMarker' });
  const zones = await Promise.all(
    found.map(async (zone): Promise<HostedZone> => {
      const id = plainId(textAt(zone, 'Id'));
      return { id, name: plainName(textAt(zone, 'Name') ?? ''), recordSets: await readRecordSets(place, id) };
    }),
  );
  const checks = await pagesOf(place, '/healthcheck', ['HealthChecks', 'HealthCheck'], { marker: 'NextMarker' });
  return { zones, healthChecks: checks.map(toHealthCheck) };
};

const readRecordSets = async (place: Route53Place, zoneId: string): Promise<readonly RecordSet[]> => {
  const sets = await pagesOf(place, `/hostedzone/${zoneId}/rrset`, ['ResourceRecordSets', 'ResourceRecordSet'], {
    name: 'NextRecordName',
    type: 'NextRecordType',
    identifier: 'NextRecordIdentifier',
  });
  return sets.map(toRecordSet);
};

/** Items of every page of a list. @param next parameters of the next page by the elements that hold them */
const pagesOf = async (
  place: Route53Place,
  path: string,
  items: readonly string[],
  next: Readonly<Record<string, string>>,
): Promise<readonly XmlElement[]> => {
  const found: XmlElement[] = [];
  for (let query: string | undefined = ''; query !== undefined; ) {
    const page: XmlElement = await callRoute53(place, `${path}${query}`);
    found.push(...elementsAt(page, ...items));
    const wanted = Object.entries(next).flatMap(([parameter, element]) => {
      const value = textAt(page, element);
      return value === undefined ? [] : [[parameter, value] as const];
    });
    query = isTrue(page, 'IsTruncated') ? `?${new URLSearchParams(Object.fromEntries(wanted)).toString()}` : undefined;
  }
  return found;
};

const plainId = (id = ''): string => id.replace('/hostedzone/', '');

const isTrue = (element: XmlElement, ...path: readonly string[]): boolean =>
  textAt(element, ...path)?.toLowerCase() === 'true';

const numberAt = (element: XmlElement, ...path: readonly string[]): number | undefined => {
  const text = textAt(element, ...path);
  return text === undefined ? undefined : Number(text);
};

/** A record set as Route 53's API gives it, in the words of the resolver. */
export const toRecordSet = (set: XmlElement): RecordSet => {
  const setIdentifier = textAt(set, 'SetIdentifier');
  const ttl = numberAt(set, 'TTL');
  const healthCheckId = textAt(set, 'HealthCheckId');
  const alias = elementsAt(set, 'AliasTarget').map(toAlias)[0];
  return {
    name: plainName(textAt(set, 'Name') ?? ''),
    type: textAt(set, 'Type') ?? '',
    routing: toRouting(set),
    values: elementsAt(set, 'ResourceRecords', 'ResourceRecord', 'Value').map(({ text }) => text),
    ...(setIdentifier !== undefined && { setIdentifier }),
    ...(ttl !== undefined && { ttl }),
    ...(healthCheckId !== undefined && { healthCheckId }),
    ...(alias !== undefined && { alias }),
  };
};

const toAlias = (target: XmlElement): AliasTarget => ({
  zoneId: plainId(textAt(target, 'HostedZoneId')),
  name: plainName(textAt(target, 'DNSName') ?? ''),
  evaluateTargetHealth: isTrue(target, 'EvaluateTargetHealth'),
});

const toRouting = (set: XmlElement): Routing => {
  const role = textAt(set, 'Failover');
  if (role === 'PRIMARY' || role === 'SECONDARY') return { kind: 'failover', role };
  const [geo] = elementsAt(set, 'GeoLocation');
  if (geo !== undefined) return { kind: 'geolocation', of: toGeoArea(geo) };
  const region = textAt(set, 'Region');
  if (region !== undefined) return { kind: 'latency', region };
  const weight = numberAt(set, 'Weight');
  if (weight !== undefined) return { kind: 'weighted', weight };
  return { kind: isTrue(set, 'MultiValueAnswer') ? 'multivalue' : 'simple' };
};

const toGeoArea = (geo: XmlElement): GeoArea => {
  const continent = textAt(geo, 'ContinentCode');
  const country = textAt(geo, 'CountryCode');
  const subdivision = textAt(geo, 'SubdivisionCode');
  if (continent !== undefined) return { kind: 'continent', continent };
  if (country === undefined || country === '*') return { kind: 'default' };
  return subdivision === undefined ? { kind: 'country', country } : { kind: 'subdivision', country, subdivision };
};

const PORTS: Readonly<Record<string, number>> = { HTTP: 80, HTTP_STR_MATCH: 80, HTTPS: 443, HTTPS_STR_MATCH: 443 };

const insufficientDataStatuses = ['Healthy', 'Unhealthy', 'LastKnownStatus'] as const;

/** A health check as Route 53's API gives it, in the words of the checkers. What nobody said is what Route 53 then does. */
export const toHealthCheck = (check: XmlElement): HealthCheck => {
  const text = (...path: readonly string[]): string | undefined => textAt(check, 'HealthCheckConfig', ...path);
  const number = (name: string): number | undefined => numberAt(check, 'HealthCheckConfig', name);
  const common = {
    id: textAt(check, 'Id') ?? '',
    isInverted: isTrue(check, 'HealthCheckConfig', 'Inverted'),
    isDisabled: isTrue(check, 'HealthCheckConfig', 'Disabled'),
  };
  const type = text('Type') ?? 'none';
  const address = text('IPAddress');
  const searchString = text('SearchString');
  switch (type) {
    case 'CALCULATED':
      return {
        ...common,
        kind: 'calculated',
        children: elementsAt(check, 'HealthCheckConfig', 'ChildHealthChecks', 'ChildHealthCheck').map(
          (child) => child.text,
        ),
        threshold: number('HealthThreshold') ?? 0,
      };
    case 'CLOUDWATCH_METRIC':
      return {
        ...common,
        kind: 'alarm',
        alarm: { name: text('AlarmIdentifier', 'Name') ?? '', region: text('AlarmIdentifier', 'Region') ?? '' },
        onInsufficientData:
          insufficientDataStatuses.find((status) => status === text('InsufficientDataHealthStatus')) ??
          'LastKnownStatus',
      };
    case 'HTTP':
    case 'HTTP_STR_MATCH':
    case 'HTTPS':
    case 'HTTPS_STR_MATCH':
      return {
        ...common,
        kind: 'endpoint',
        host: plainName(text('FullyQualifiedDomainName') ?? address ?? ''),
        port: number('Port') ?? PORTS[type] ?? 80,
        path: `/${(text('ResourcePath') ?? '').replace(/^\//, '')}`,
        intervalSeconds: number('RequestInterval') ?? 30,
        failureThreshold: number('FailureThreshold') ?? 3,
        ...(address !== undefined && { address }),
        ...(searchString !== undefined && { searchString }),
      };
    default:
      return { ...common, kind: 'unwatched', type };
  }
};
