import {
  ARecord,
  Continent,
  Failover,
  GeoLocation,
  type IAliasRecordTarget,
  type IHealthCheck,
  type IHostedZone,
  RecordTarget,
} from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';

/** A continent as Route 53 knows it: Africa, Antarctica, Asia, Europe, North America, Oceania, South America. */
export type ContinentCode = `${Continent}`;

/** One region that traffic can go to. */
export interface RoutedRegion {
  /** For example `sa-east-1`. */
  readonly region: string;
  /** Where the region answers requests for the common name. */
  readonly endpoint: IAliasRecordTarget;
  /** Where it answers requests for its own name, `<region>.<domain name>`. @default endpoint: for what answers to any name */
  readonly ownEndpoint?: IAliasRecordTarget;
  /** Whether the region may get traffic; see `RegionalHealth`. */
  readonly healthCheck: IHealthCheck;
}

export interface GeoRoutingProps {
  readonly zone: IHostedZone;
  /** The name that clients use, in the zone, for example `api.shop.example.com`. */
  readonly domainName: string;
  /** At least one. */
  readonly regions: readonly RoutedRegion[];
  /** Which region a continent prefers. One that is missing gets the nearest region. */
  readonly continents: { readonly [code in ContinentCode]?: string };
  /** Which region a country prefers, whatever its continent does; ISO 3166-1 alpha-2. @default none */
  readonly countries?: { readonly [code: string]: string };
  /** Which region the rest of the world prefers, and whoever's address is on no map. @default the nearest region */
  readonly defaultRegion?: string;
}

/** Routes and regions do not fit each other. The message names the route, the region and those that exist. */
export class GeoRoutingError extends Error {
  override readonly name = 'GeoRoutingError';
}

/** A region with the construct that holds its records. */
interface PlacedRegion extends RoutedRegion {
  readonly parent: Construct;
}

/**
 * DNS that gives a client the region its place prefers, or else the nearest one that is healthy. For the name `api.example.com`:
 *
 * - `<region>.api`: the region itself, for health checks and for people; never switched;
 * - `any.api`: by latency, one record a region, each with the region's health check;
 * - `prefer-<region>.api`: failover: the region while it is healthy, else `any.api`;
 * - `api`: geolocation: countries before continents before a default, each to a `prefer-<region>.api`, or to `any.api`.
 *
 * All are alias records that evaluate the health of what they point at, so a fail-over needs no record to be edited. An alias
 * has no TTL of its own: it is answered with the 60 seconds of the AWS endpoint at its end. When nothing is healthy, Route 53 answers as if
 * everything were. Only IPv4 (A).
 *
 * A million queries cost at most 0.70 USD (list price, geolocation), however many aliases they follow.
 *
 * @throws GeoRoutingError a route leads to a region that is not in `regions`, a region is given twice, or there is none
 *
 * @example
 * new GeoRouting(this, 'Api', {
 *   zone,
 *   domainName: 'api.shop.example.com',
 *   regions: [
 *     { region: 'sa-east-1', endpoint: saoPaulo, healthCheck: saoPauloHealth.check },
 *     { region: 'us-east-1', endpoint: virginia, healthCheck: virginiaHealth.check },
 *   ],
 *   continents: { SA: 'sa-east-1', NA: 'us-east-1', EU: 'us-east-1' },
 *   countries: { PT: 'sa-east-1' },
 * });
 */
export class GeoRouting extends Construct {
  private readonly zone: IHostedZone;
  private readonly domainName: string;

  constructor(scope: Construct, id: string, props: GeoRoutingProps) {
    super(scope, id);
    const { zone, domainName, regions, continents, countries = {}, defaultRegion } = props;
    const names = regions.map(({ region }) => region);
    if (names.length === 0) throw new GeoRoutingError('no region to route to; expected at least one');
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw new GeoRoutingError(`region "${twice}" is given twice; expected each region once`);
    this.zone = zone;
    this.domainName = domainName;
    const placed = regions.map((routed) => ({ ...routed, parent: new Construct(this, routed.region) }));
    const nearest = placed.map((routed) => this.latency(routed));
    const preferred = new Map(placed.map((routed) => [routed.region, this.preferred(routed, nearest)]));

    const route = (parent: Construct, code: string, geoLocation: GeoLocation, region: string) => {
      const target = preferred.get(region);
      if (target === undefined) {
        throw new GeoRoutingError(`${code} prefers "${region}"; expected one of: ${names.join(', ')}`);
      }
      this.geolocation(parent, code, geoLocation, `prefer-${region}`, target);
    };
    const ofContinents = new Construct(this, 'Continents');
    for (const [code, region] of Object.entries(continents)) {
      route(ofContinents, code, GeoLocation.continent(continentOf(code)), region);
    }
    const ofCountries = new Construct(this, 'Countries');
    for (const [code, region] of Object.entries(countries)) {
      route(ofCountries, code, GeoLocation.country(code), region);
    }
    if (defaultRegion !== undefined) route(this, 'Default', GeoLocation.default(), defaultRegion);
    else this.geolocation(this, 'Default', GeoLocation.default(), 'any', nearest);
  }

  /** Its part of `any.<name>`: the healthy region with the least latency. */
  private latency({ parent, region, endpoint, healthCheck }: PlacedRegion): ARecord {
    return new ARecord(parent, 'Latency', {
      zone: this.zone,
      recordName: `any.${this.domainName}`,
      setIdentifier: region,
      region,
      healthCheck,
      target: healthAware(endpoint),
    });
  }

  /** `<region>.<name>`, and `prefer-<region>.<name>`: that region, or else the nearest one that is healthy. */
  private preferred(
    { parent, region, endpoint, ownEndpoint = endpoint, healthCheck }: PlacedRegion,
    nearest: readonly ARecord[],
  ): readonly ARecord[] {
    const { zone, domainName } = this;
    new ARecord(parent, 'Own', { zone, recordName: `${region}.${domainName}`, target: healthAware(ownEndpoint) });
    const recordName = `prefer-${region}.${domainName}`;
    const primary = new ARecord(parent, 'Primary', {
      zone,
      recordName,
      setIdentifier: region,
      failover: Failover.PRIMARY,
      healthCheck,
      target: healthAware(endpoint),
    });
    const secondary = new ARecord(parent, 'Secondary', {
      zone,
      recordName,
      setIdentifier: 'any',
      failover: Failover.SECONDARY,
      target: healthAware(this.recordNamed('any')),
    });
    secondary.node.addDependency(...nearest);
    return [primary, secondary];
  }

  private geolocation(
    parent: Construct,
    code: string,
    geoLocation: GeoLocation,
    prefix: string,
    target: readonly ARecord[],
  ) {
    const record = new ARecord(parent, code, {
      zone: this.zone,
      recordName: this.domainName,
      setIdentifier: `${parent === this ? '' : `${parent.node.id} `}${code}`,
      geoLocation,
      target: healthAware(this.recordNamed(prefix)),
    });
    record.node.addDependency(...target);
  }

  private recordNamed(prefix: string): IAliasRecordTarget {
    // By name, because it names a group of records; Route 53 wants them to exist first, hence the dependencies.
    return { bind: () => ({ dnsName: `${prefix}.${this.domainName}`, hostedZoneId: this.zone.hostedZoneId }) };
  }
}

/** An alias that passes on the health of its target. */
const healthAware = (target: IAliasRecordTarget): RecordTarget =>
  RecordTarget.fromAlias({
    bind: (record, zone) => ({ ...target.bind(record, zone), evaluateTargetHealth: true }),
  });

const continentByCode = new Map<string, Continent>(Object.values(Continent).map((continent) => [continent, continent]));

const continentOf = (code: string): Continent => {
  const known = continentByCode.get(code);
  if (known === undefined) {
    throw new GeoRoutingError(`"${code}" is no continent; expected one of: ${[...continentByCode.keys()].join(', ')}`);
  }
  return known;
};
