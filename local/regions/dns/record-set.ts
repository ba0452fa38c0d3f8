/** How Route 53 chooses between record sets of one name and type. */
export type Routing =
  | { readonly kind: 'simple' }
  | { readonly kind: 'weighted'; readonly weight: number }
  | { readonly kind: 'latency'; readonly region: string }
  | { readonly kind: 'failover'; readonly role: 'PRIMARY' | 'SECONDARY' }
  | { readonly kind: 'geolocation'; readonly of: GeoArea }
  | { readonly kind: 'multivalue' };

/** The clients that a geolocation record is for. */
export type GeoArea =
  | { readonly kind: 'default' }
  | { readonly kind: 'continent'; readonly continent: string }
  | { readonly kind: 'country'; readonly country: string }
  | { readonly kind: 'subdivision'; readonly country: string; readonly subdivision: string };

/** A record set of a hosted zone. */
export interface RecordSet {
  /** In lower case, without a dot at the end. */
  readonly name: string;
  /** `A`, `AAAA`, `CNAME`, … */
  readonly type: string;
  /** Tells record sets of one name and type apart. */
  readonly setIdentifier?: string;
  readonly routing: Routing;
  /** In seconds; absent on an alias. */
  readonly ttl?: number;
  readonly values: readonly string[];
  readonly alias?: AliasTarget;
  readonly healthCheckId?: string;
}

/** What an alias stands for: record sets of its own zone, or something else of AWS. */
export interface AliasTarget {
  readonly zoneId: string;
  readonly name: string;
  readonly evaluateTargetHealth: boolean;
}

/** A hosted zone with everything in it. */
export interface HostedZone {
  readonly id: string;
  /** In lower case, without a dot at the end. */
  readonly name: string;
  readonly recordSets: readonly RecordSet[];
}

/** A domain name as it is compared: in lower case, without a dot at the end, with Route 53's spelling of `*` undone. */
export const plainName = (name: string): string => name.toLowerCase().replace(/\.$/, '').replace('\\052', '*');
