import type { HostedZone, RecordSet, Routing } from '../../../../local/regions/dns/record-set';
import type { DnsWorld } from '../../../../local/regions/dns/resolve-query';

export const ZONE_ID = 'Z1';

/** A record set as short as it can be told. */
export const recordSet = (
  name: string,
  routing: Routing,
  what: { value: string; type?: string; ttl?: number } | { alias: string; zone?: string; blind?: true },
  healthCheckId?: string,
): RecordSet => ({
  name,
  routing,
  setIdentifier: identifierOf(routing),
  ...('value' in what
    ? { type: what.type ?? 'A', ttl: what.ttl ?? 60, values: [what.value] }
    : {
        type: 'A',
        values: [],
        alias: { zoneId: what.zone ?? ZONE_ID, name: what.alias, evaluateTargetHealth: what.blind !== true },
      }),
  ...(healthCheckId !== undefined && { healthCheckId }),
});

const identifierOf = (routing: Routing): string => {
  switch (routing.kind) {
    case 'simple':
    case 'multivalue':
      return routing.kind;
    case 'weighted':
      return String(routing.weight);
    case 'latency':
      return routing.region;
    case 'failover':
      return routing.role;
    case 'geolocation':
      return Object.values(routing.of).join('-');
  }
};

export const simple: Routing = { kind: 'simple' };
export const weighted = (weight: number): Routing => ({ kind: 'weighted', weight });
export const latency = (region: string): Routing => ({ kind: 'latency', region });
export const failover = (role: 'PRIMARY' | 'SECONDARY'): Routing => ({ kind: 'failover', role });
export const country = (code: string): Routing => ({ kind: 'geolocation', of: { kind: 'country', country: code } });
export const continent = (code: string): Routing => ({
  kind: 'geolocation',
  of: { kind: 'continent', continent: code },
});
export const state = (code: string): Routing => ({
  kind: 'geolocation',
  of: { kind: 'subdivision', country: 'US', subdivision: code },
});
export const everywhere: Routing = { kind: 'geolocation', of: { kind: 'default' } };

export const zoneOf = (...recordSets: RecordSet[]): HostedZone => ({ id: ZONE_ID, name: 'shop.test', recordSets });

/** A world in which every check is healthy but those that are named, and regions are as far as is told. */
export const worldOf = (
  zones: readonly HostedZone[],
  more: Partial<DnsWorld> & { readonly unhealthy?: readonly string[]; readonly far?: Record<string, number> } = {},
): DnsWorld => {
  const { unhealthy = [], far = {}, ...rest } = more;
  return {
    zones,
    isHealthy: (id) => !unhealthy.includes(id),
    latency: (region) => far[region] ?? 100,
    addressesOf: () => undefined,
    random: () => 0,
    ...rest,
  };
};

/** The design's tree for two regions: who prefers which, and where they go when it is gone. */
export const shopZone = zoneOf(
  ...['sa-east-1', 'us-east-1'].flatMap((region) => [
    recordSet(`${region}.api.shop.test`, simple, { alias: `d-1.execute-api.${region}.amazonaws.com`, zone: 'AWS' }),
    recordSet('any.api.shop.test', latency(region), { alias: `${region}.api.shop.test` }, region),
    recordSet(`prefer-${region}.api.shop.test`, failover('PRIMARY'), { alias: `${region}.api.shop.test` }, region),
    recordSet(`prefer-${region}.api.shop.test`, failover('SECONDARY'), { alias: 'any.api.shop.test' }),
  ]),
  recordSet('api.shop.test', country('BR'), { alias: 'prefer-sa-east-1.api.shop.test' }),
  recordSet('api.shop.test', continent('SA'), { alias: 'prefer-sa-east-1.api.shop.test' }),
  recordSet('api.shop.test', continent('NA'), { alias: 'prefer-us-east-1.api.shop.test' }),
  recordSet('api.shop.test', everywhere, { alias: 'any.api.shop.test' }),
);

/** Addresses of the two regional APIs. */
export const shopAddresses = (name: string): readonly string[] | undefined =>
  name.includes('sa-east-1') ? ['203.0.113.1'] : name.includes('us-east-1') ? ['203.0.113.2'] : undefined;
