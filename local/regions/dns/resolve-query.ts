import type { ClientLocation } from './client-location';
import { type GeoArea, type HostedZone, plainName, type RecordSet } from './record-set';

/** A question to the name server. */
export interface DnsQuestion {
  readonly name: string;
  /** `A`, `AAAA`, `CNAME`, … */
  readonly type: string;
}

/** What an answer depends on besides the question. */
export interface DnsWorld {
  readonly zones: readonly HostedZone[];
  /** Where the client is; absent when nobody knows. */
  readonly location?: ClientLocation;
  /** Whether a health check is healthy. */
  isHealthy(healthCheckId: string): boolean;
  /** Milliseconds from the client to a region. */
  latency(region: string): number;
  /** Addresses of something of AWS that is no record of a zone, for example a regional API; `undefined` when unknown. */
  addressesOf(name: string, type: string): readonly string[] | undefined;
  /** A number from 0 to below 1. */
  random(): number;
}

/** One record of an answer. */
export interface DnsRecord {
  readonly name: string;
  readonly type: string;
  /** In seconds. */
  readonly ttl: number;
  /** In the text form that Route 53 stores. */
  readonly value: string;
}

/** What a name server of Route 53 answers. */
export type Resolution =
  | {
      readonly kind: 'answer';
      readonly records: readonly DnsRecord[];
      /** Whether another client may have been answered otherwise. */
      readonly dependsOnLocation: boolean;
      /** The record sets that decided, from the name that was asked to the one whose values are answered. */
      readonly via: readonly string[];
    }
  /** The name is there, a record of that type is not. */
  | { readonly kind: 'no-data'; readonly zone: HostedZone; readonly dependsOnLocation: boolean }
  | { readonly kind: 'no-such-name'; readonly zone: HostedZone }
  /** No zone has the name. */
  | { readonly kind: 'refused' };

/** An alias of something that is no record of the zone. Route 53 answers with the target's own, which for AWS' services is this. */
const FOREIGN_TTL_SECONDS = 60;

const MAX_VALUES = 8;

/** Aliases of aliases, and CNAMEs of CNAMEs, are followed no further: Route 53 refuses such loops when they are made. */
const MAX_DEPTH = 16;

/** Everything a decision inside one zone needs. */
interface Look {
  readonly zone: HostedZone;
  readonly world: DnsWorld;
  readonly depth: number;
}

const deeper = (look: Look): Look => ({ ...look, depth: look.depth + 1 });

/**
 * Answers a question as Route 53's name servers do. Record sets of one name and type are chosen between by their routing
 * policy among the healthy ones; when none is healthy, all count as healthy. Aliases are followed, and their health is
 * that of what they stand for where they say so.
 */
export const resolveQuery = (question: DnsQuestion, world: DnsWorld, depth = 0): Resolution => {
  const name = plainName(question.name);
  const zone = zoneOf(name, world.zones);
  if (zone === undefined) return { kind: 'refused' };
  const look: Look = { zone, world, depth };
  const here = recordSetsAt(zone, name);
  if (here === undefined) return { kind: 'no-such-name', zone };
  const asked = here.filter(({ type }) => type === question.type);
  if (asked.length > 0) return answer(name, asked, look);
  const aliases = here.filter(({ type }) => type === 'CNAME');
  return aliases.length === 0
    ? { kind: 'no-data', zone, dependsOnLocation: false }
    : followName(name, question, answer(name, aliases, look), look);
};

/** The zone with the longest name that the domain name ends in. */
const zoneOf = (name: string, zones: readonly HostedZone[]): HostedZone | undefined =>
  zones
    .filter((zone) => name === zone.name || name.endsWith(`.${zone.name}`))
    .reduce<HostedZone | undefined>(
      (best, zone) => (best === undefined || zone.name.length > best.name.length ? zone : best),
      undefined,
    );

/** Record sets of a name, or of the wildcard that covers it; `undefined` when the name does not exist. */
const recordSetsAt = ({ name: apex, recordSets }: HostedZone, name: string): readonly RecordSet[] | undefined => {
  const at = (wanted: string): readonly RecordSet[] => recordSets.filter((set) => set.name === wanted);
  const exists = (wanted: string): boolean =>
    recordSets.some((set) => set.name === wanted || set.name.endsWith(`.${wanted}`));
  if (exists(name)) return at(name);
  for (let parent = parentOf(name); parent.length >= apex.length; parent = parentOf(parent)) {
    const wildcard = at(`*.${parent}`);
    if (wildcard.length > 0) return wildcard;
    // A wildcard further up does not reach below a name that exists.
    if (parent !== apex && exists(parent)) return undefined;
  }
  return undefined;
};

const parentOf = (name: string): string => name.slice(name.indexOf('.') + 1 || name.length);

const followName = (name: string, { type }: DnsQuestion, alias: Resolution, { world, depth }: Look): Resolution => {
  if (alias.kind !== 'answer') return alias;
  const target = alias.records[0]?.value ?? '';
  const onward: Resolution =
    depth >= MAX_DEPTH || plainName(target) === name
      ? { kind: 'refused' }
      : resolveQuery({ name: target, type }, world, depth + 1);
  // What another zone's servers would have to answer is left to the resolver.
  if (onward.kind !== 'answer') return alias;
  return {
    kind: 'answer',
    records: [...alias.records, ...onward.records],
    dependsOnLocation: alias.dependsOnLocation || onward.dependsOnLocation,
    via: [...alias.via, ...onward.via],
  };
};

const answer = (name: string, group: readonly RecordSet[], look: Look): Resolution => {
  const found = valuesOf(group, look);
  const { zone } = look;
  if (found.records.length === 0) return { kind: 'no-data', zone, dependsOnLocation: found.dependsOnLocation };
  const { records, dependsOnLocation, via } = found;
  return { kind: 'answer', records: records.map((record) => ({ ...record, name })), dependsOnLocation, via };
};

interface Values {
  readonly records: readonly Omit<DnsRecord, 'name'>[];
  readonly dependsOnLocation: boolean;
  readonly via: readonly string[];
}

const valuesOf = (group: readonly RecordSet[], look: Look): Values => {
  const kind = group[0]?.routing.kind;
  const dependsOnLocation = kind === 'geolocation' || kind === 'latency';
  const found = choose(group, look).map((set) => valuesOfOne(set, look));
  return {
    records: found.flatMap(({ records }) => records),
    dependsOnLocation: dependsOnLocation || found.some((values) => values.dependsOnLocation),
    via: found.flatMap(({ via }) => via),
  };
};

const valuesOfOne = (set: RecordSet, look: Look): Values => {
  const { alias, ttl = FOREIGN_TTL_SECONDS, type } = set;
  const via = [labelOf(set)];
  if (alias === undefined) {
    return { records: set.values.map((value) => ({ type, ttl, value })), dependsOnLocation: false, via };
  }
  if (alias.zoneId === look.zone.id) {
    const target = look.depth >= MAX_DEPTH ? [] : targetOf(alias.name, type, look.zone);
    const onward = target.length === 0 ? nothing : valuesOf(target, deeper(look));
    return { ...onward, via: [...via, ...onward.via] };
  }
  const addresses = look.world.addressesOf(alias.name, type) ?? [];
  const records = addresses.map((value) => ({ type, ttl: FOREIGN_TTL_SECONDS, value }));
  return { records, dependsOnLocation: false, via: [...via, alias.name] };
};

const nothing: Values = { records: [], dependsOnLocation: false, via: [] };

const targetOf = (name: string, type: string, { recordSets }: HostedZone): readonly RecordSet[] =>
  recordSets.filter((set) => set.name === name && set.type === type);

const labelOf = ({ name, setIdentifier }: RecordSet): string =>
  setIdentifier === undefined ? name : `${name} (${setIdentifier})`;

/** Whether a record set may be answered. Without a check, and without an alias that looks at its target, always. */
const isHealthy = (set: RecordSet, look: Look): boolean => {
  const { healthCheckId, alias } = set;
  if (healthCheckId !== undefined && !look.world.isHealthy(healthCheckId)) return false;
  if (alias?.evaluateTargetHealth !== true || alias.zoneId !== look.zone.id || look.depth >= MAX_DEPTH) return true;
  const target = targetOf(alias.name, set.type, look.zone);
  return target.some((candidate) => isHealthy(candidate, deeper(look)));
};

/** The healthy ones; all of them when none is. */
const eligible = (group: readonly RecordSet[], look: Look): readonly RecordSet[] => {
  const healthy = group.filter((set) => isHealthy(set, look));
  return healthy.length > 0 ? healthy : group;
};

const choose = (group: readonly RecordSet[], look: Look): readonly RecordSet[] => {
  const [first] = group;
  if (first === undefined) return [];
  switch (first.routing.kind) {
    case 'simple':
      return [first];
    case 'weighted':
      return [chooseByWeight(eligible(group, look), look.world)];
    case 'latency':
      return [chooseByLatency(eligible(group, look), look.world)];
    case 'failover':
      return [chooseByFailover(group, look)];
    case 'geolocation':
      return chooseByLocation(group, look);
    case 'multivalue':
      return shuffled(eligible(group, look), look.world).slice(0, MAX_VALUES);
  }
};

const weightOf = ({ routing }: RecordSet): number => (routing.kind === 'weighted' ? routing.weight : 0);

/** Records of weight 0 get their turn only when no other is left, and are then alike. */
const chooseByWeight = (pool: readonly RecordSet[], { random }: DnsWorld): RecordSet => {
  const weighted = pool.filter((set) => weightOf(set) > 0);
  const candidates = weighted.length > 0 ? weighted : pool;
  const weights = candidates.map((set) => (weighted.length > 0 ? weightOf(set) : 1));
  let left = random() * weights.reduce((sum, weight) => sum + weight, 0);
  const index = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  return (candidates[index] ?? candidates.at(-1)) as RecordSet;
};

const chooseByLatency = (pool: readonly RecordSet[], { latency }: DnsWorld): RecordSet => {
  const far = ({ routing }: RecordSet): number => (routing.kind === 'latency' ? latency(routing.region) : Infinity);
  return pool.reduce((best, set) => (far(set) < far(best) ? set : best));
};

/** When neither is healthy, Route 53 answers with the primary. */
const chooseByFailover = (group: readonly RecordSet[], look: Look): RecordSet => {
  const is = (role: string) => (set: RecordSet) => set.routing.kind === 'failover' && set.routing.role === role;
  const inOrder = [...group.filter(is('PRIMARY')), ...group.filter(is('SECONDARY'))];
  return (inOrder.find((set) => isHealthy(set, look)) ?? inOrder[0]) as RecordSet;
};

/** Most specific first; when that one is not healthy the next larger area, and the most specific again when none is. */
const chooseByLocation = (group: readonly RecordSet[], look: Look): readonly RecordSet[] => {
  const { location } = look.world;
  const covering = group
    .flatMap((set) => {
      const size = set.routing.kind === 'geolocation' ? sizeIfCovering(set.routing.of, location) : undefined;
      return size === undefined ? [] : [{ set, size }];
    })
    .sort((one, other) => one.size - other.size)
    .map(({ set }) => set);
  return eligible(covering, look).slice(0, 1);
};

/** How large an area is that the client is in; `undefined` when it is not. */
const sizeIfCovering = (area: GeoArea, location: ClientLocation | undefined): number | undefined => {
  switch (area.kind) {
    case 'subdivision':
      return area.country === location?.country && area.subdivision === location.subdivision ? 1 : undefined;
    case 'country':
      return area.country === location?.country ? 2 : undefined;
    case 'continent':
      return area.continent === location?.continent ? 3 : undefined;
    case 'default':
      return 4;
  }
};

const shuffled = (sets: readonly RecordSet[], { random }: DnsWorld): readonly RecordSet[] =>
  sets
    .map((set) => ({ set, at: random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ set }) => set);
