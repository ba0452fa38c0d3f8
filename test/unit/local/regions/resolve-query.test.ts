import fc from 'fast-check';
import type { HostedZone } from '../../../../local/regions/dns/record-set';
import { type DnsWorld, resolveQuery } from '../../../../local/regions/dns/resolve-query';
import {
  continent,
  country,
  everywhere,
  failover,
  latency,
  recordSet,
  shopAddresses,
  shopZone,
  simple,
  state,
  weighted,
  worldOf,
  zoneOf,
} from './record-sets';

const ask = (zone: HostedZone, name: string, more: Parameters<typeof worldOf>[1] = {}, type = 'A') =>
  resolveQuery({ name, type }, worldOf([zone], more));

/** The values of an answer; what else it is when it is none. */
const valuesOf = (...question: Parameters<typeof ask>): readonly string[] | string => {
  const resolution = ask(...question);
  return resolution.kind === 'answer' ? resolution.records.map(({ value }) => value) : resolution.kind;
};

describe('a name', () => {
  const zone = zoneOf(
    recordSet('www.shop.test', simple, { value: '192.0.2.1', ttl: 30 }),
    recordSet('deep.below.shop.test', simple, { value: '192.0.2.2' }),
    recordSet('*.wild.shop.test', simple, { value: '192.0.2.3' }),
    recordSet('known.wild.shop.test', simple, { value: 'text', type: 'TXT' }),
  );

  test('is found whatever its case, and with or without the dot at its end', () => {
    expect(ask(zone, 'WWW.Shop.Test.')).toMatchObject({
      kind: 'answer',
      records: [{ name: 'www.shop.test', type: 'A', ttl: 30, value: '192.0.2.1' }],
      dependsOnLocation: false,
    });
  });

  test.each([
    ['that does not exist is no such name', 'nobody.shop.test', 'no-such-name'],
    ['without a record of the type that is asked has no data', 'known.wild.shop.test', 'no-data'],
    ['that only has names below it has no data', 'below.shop.test', 'no-data'],
    ['of no zone is refused', 'www.elsewhere.test', 'refused'],
    ['that only ends in the letters of a zone is refused', 'myshop.test', 'refused'],
  ])('%s', (_what, name, kind) => {
    expect(ask(zone, name).kind).toBe(kind);
  });

  test('that is covered by a wildcard has its records, under the name that was asked', () => {
    expect(ask(zone, 'anything.wild.shop.test')).toMatchObject({
      records: [{ name: 'anything.wild.shop.test', value: '192.0.2.3' }],
    });
  });

  test('belongs to the zone with the longest name', () => {
    const inner: HostedZone = {
      id: 'Z2',
      name: 'www.shop.test',
      recordSets: [recordSet('www.shop.test', simple, { value: '198.51.100.1' })],
    };
    const resolution = resolveQuery({ name: 'www.shop.test', type: 'A' }, worldOf([zone, inner]));

    expect(resolution).toMatchObject({ records: [{ value: '198.51.100.1' }] });
  });
});

describe('a CNAME', () => {
  test('is followed inside the zone, and answered alone when it leads out of it', () => {
    const zone = zoneOf(
      recordSet('inner.shop.test', simple, { value: 'www.shop.test.', type: 'CNAME' }),
      recordSet('outer.shop.test', simple, { value: 'elsewhere.test', type: 'CNAME' }),
      recordSet('www.shop.test', simple, { value: '192.0.2.1' }),
    );

    expect(valuesOf(zone, 'inner.shop.test')).toEqual(['www.shop.test.', '192.0.2.1']);
    expect(valuesOf(zone, 'outer.shop.test')).toEqual(['elsewhere.test']);
  });

  test('that leads to itself ends', () => {
    const zone = zoneOf(
      recordSet('one.shop.test', simple, { value: 'two.shop.test', type: 'CNAME' }),
      recordSet('two.shop.test', simple, { value: 'one.shop.test', type: 'CNAME' }),
    );

    expect(ask(zone, 'one.shop.test').kind).toBe('answer');
  });
});

describe('weighted records', () => {
  const zone = zoneOf(
    recordSet('www.shop.test', weighted(3), { value: 'three' }, 'three'),
    recordSet('www.shop.test', weighted(1), { value: 'one' }, 'one'),
    recordSet('www.shop.test', weighted(0), { value: 'zero' }, 'zero'),
  );

  test('are answered in proportion to their weights', () => {
    const at = (share: number) => valuesOf(zone, 'www.shop.test', { random: () => share });

    expect([at(0), at(0.74), at(0.76), at(0.999)]).toEqual([['three'], ['three'], ['one'], ['one']]);
  });

  test('share the part of one that is not healthy', () => {
    expect(valuesOf(zone, 'www.shop.test', { unhealthy: ['three'] })).toEqual(['one']);
  });

  test('of weight 0 are answered only when no other is healthy', () => {
    expect(valuesOf(zone, 'www.shop.test', { unhealthy: ['three', 'one'] })).toEqual(['zero']);
  });

  test('count as healthy when none is', () => {
    expect(valuesOf(zone, 'www.shop.test', { unhealthy: ['three', 'one', 'zero'] })).toEqual(['three']);
  });
});

describe('latency records', () => {
  const zone = zoneOf(
    recordSet('www.shop.test', latency('sa-east-1'), { value: 'São Paulo' }, 'sa'),
    recordSet('www.shop.test', latency('us-east-1'), { value: 'Virginia' }, 'us'),
  );
  const far = { 'sa-east-1': 120, 'us-east-1': 30 };

  test('lead to the nearest healthy region', () => {
    expect(valuesOf(zone, 'www.shop.test', { far })).toEqual(['Virginia']);
    expect(valuesOf(zone, 'www.shop.test', { far, unhealthy: ['us'] })).toEqual(['São Paulo']);
  });

  test('lead to the nearest when none is healthy', () => {
    expect(valuesOf(zone, 'www.shop.test', { far, unhealthy: ['us', 'sa'] })).toEqual(['Virginia']);
  });
});

describe('failover records', () => {
  const zone = zoneOf(
    recordSet('www.shop.test', failover('SECONDARY'), { value: 'second' }, 'second'),
    recordSet('www.shop.test', failover('PRIMARY'), { value: 'first' }, 'first'),
  );

  test.each([
    ['lead to the primary', [], 'first'],
    ['lead to the secondary when the primary is not healthy', ['first'], 'second'],
    ['lead to the primary when the secondary is not healthy', ['second'], 'first'],
    ['lead to the primary when neither is healthy', ['first', 'second'], 'first'],
  ])('%s', (_what, unhealthy, value) => {
    expect(valuesOf(zone, 'www.shop.test', { unhealthy })).toEqual([value]);
  });
});

describe('geolocation records', () => {
  const zone = zoneOf(
    recordSet('www.shop.test', everywhere, { value: 'anywhere' }, 'default'),
    recordSet('www.shop.test', continent('NA'), { value: 'North America' }, 'NA'),
    recordSet('www.shop.test', country('US'), { value: 'United States' }, 'US'),
    recordSet('www.shop.test', state('NY'), { value: 'New York' }, 'NY'),
  );
  const newYorker = { continent: 'NA', country: 'US', subdivision: 'NY' };

  test.each([
    ['a state of the United States', newYorker, 'New York'],
    ['a country', { ...newYorker, subdivision: 'CA' }, 'United States'],
    ['a continent', { continent: 'NA', country: 'CA' }, 'North America'],
    ['no area that has a record', { continent: 'EU', country: 'DE' }, 'anywhere'],
    ['nobody knows where', undefined, 'anywhere'],
  ])('for a client in %s are the most specific', (_where, location, value) => {
    expect(valuesOf(zone, 'www.shop.test', location === undefined ? {} : { location })).toEqual([value]);
  });

  test.each([
    [['NY'], 'United States'],
    [['NY', 'US'], 'North America'],
    [['NY', 'US', 'NA'], 'anywhere'],
    [['NY', 'US', 'NA', 'default'], 'New York'],
  ])('without a healthy one of %j lead on to %s', (unhealthy, value) => {
    expect(valuesOf(zone, 'www.shop.test', { location: newYorker, unhealthy })).toEqual([value]);
  });

  test('without a default say nothing to clients of other areas', () => {
    const brazilians = zoneOf(recordSet('www.shop.test', country('BR'), { value: 'Brazil' }));

    expect(ask(brazilians, 'www.shop.test', { location: newYorker })).toMatchObject({
      kind: 'no-data',
      dependsOnLocation: true,
    });
  });

  test('tell that another client may be answered otherwise', () => {
    expect(ask(zone, 'www.shop.test', { location: newYorker })).toMatchObject({ dependsOnLocation: true });
  });
});

describe('multivalue records', () => {
  const zone = zoneOf(
    ...Array.from({ length: 10 }, (_, index) =>
      recordSet('www.shop.test', { kind: 'multivalue' }, { value: `192.0.2.${index}` }, `check-${index}`),
    ),
  );

  test('are answered up to eight at once, healthy ones only', () => {
    expect(valuesOf(zone, 'www.shop.test')).toHaveLength(8);
    expect(valuesOf(zone, 'www.shop.test', { unhealthy: ['check-0', 'check-1', 'check-2', 'check-3'] })).toHaveLength(
      6,
    );
  });
});

describe('an alias', () => {
  test('of something that is no record of the zone has its addresses, for a minute', () => {
    const zone = zoneOf(
      recordSet('www.shop.test', simple, { alias: 'd-1.execute-api.sa-east-1.amazonaws.com', zone: 'AWS' }),
    );

    expect(ask(zone, 'www.shop.test', { addressesOf: shopAddresses })).toMatchObject({
      records: [{ name: 'www.shop.test', ttl: 60, value: '203.0.113.1' }],
      via: ['www.shop.test (simple)', 'd-1.execute-api.sa-east-1.amazonaws.com'],
    });
    expect(ask(zone, 'www.shop.test').kind).toBe('no-data');
  });

  test('has the time to live of what it stands for', () => {
    const zone = zoneOf(
      recordSet('www.shop.test', simple, { alias: 'target.shop.test' }),
      recordSet('target.shop.test', simple, { value: '192.0.2.1', ttl: 7 }),
    );

    expect(ask(zone, 'www.shop.test')).toMatchObject({ records: [{ name: 'www.shop.test', ttl: 7 }] });
  });

  test('is healthy when one record of its target is, unless it does not look', () => {
    const zone = (blind?: true) =>
      zoneOf(
        recordSet('www.shop.test', failover('PRIMARY'), { alias: 'target.shop.test', ...(blind && { blind }) }),
        recordSet('www.shop.test', failover('SECONDARY'), { value: 'second' }),
        recordSet('target.shop.test', weighted(1), { value: 'one' }, 'one'),
        recordSet('target.shop.test', weighted(2), { value: 'two' }, 'two'),
      );

    expect(valuesOf(zone(), 'www.shop.test', { unhealthy: ['one'] })).toEqual(['two']);
    expect(valuesOf(zone(), 'www.shop.test', { unhealthy: ['one', 'two'] })).toEqual(['second']);
    expect(valuesOf(zone(true), 'www.shop.test', { unhealthy: ['one', 'two'] })).toEqual(['one']);
  });

  test('with a check of its own needs both', () => {
    const zone = zoneOf(
      recordSet('www.shop.test', failover('PRIMARY'), { alias: 'target.shop.test' }, 'own'),
      recordSet('www.shop.test', failover('SECONDARY'), { value: 'second' }),
      recordSet('target.shop.test', simple, { value: 'first' }, 'of the target'),
    );

    expect(valuesOf(zone, 'www.shop.test')).toEqual(['first']);
    expect(valuesOf(zone, 'www.shop.test', { unhealthy: ['own'] })).toEqual(['second']);
    expect(valuesOf(zone, 'www.shop.test', { unhealthy: ['of the target'] })).toEqual(['second']);
  });

  test('of an alias of itself ends', () => {
    const zone = zoneOf(
      recordSet('one.shop.test', simple, { alias: 'two.shop.test' }),
      recordSet('two.shop.test', simple, { alias: 'one.shop.test' }),
    );

    expect(ask(zone, 'one.shop.test').kind).toBe('no-data');
  });
});

describe('the tree of a store in two regions', () => {
  const brazilian = { continent: 'SA', country: 'BR' };
  const canadian = { continent: 'NA', country: 'CA' };
  const german = { continent: 'EU', country: 'DE' };
  const addressFor = (location: DnsWorld['location'], unhealthy: readonly string[] = []) =>
    valuesOf(shopZone, 'api.shop.test', {
      ...(location !== undefined && { location }),
      unhealthy,
      addressesOf: shopAddresses,
      far: { 'sa-east-1': 200, 'us-east-1': 100 },
    });

  test('leads everybody to the region that is theirs', () => {
    expect([brazilian, canadian, german, undefined].map((location) => addressFor(location))).toEqual([
      ['203.0.113.1'],
      ['203.0.113.2'],
      ['203.0.113.2'],
      ['203.0.113.2'],
    ]);
  });

  test('leads everybody to the region that is left', () => {
    for (const location of [brazilian, canadian, german, undefined]) {
      expect(addressFor(location, ['us-east-1'])).toEqual(['203.0.113.1']);
      expect(addressFor(location, ['sa-east-1'])).toEqual(['203.0.113.2']);
    }
  });

  test('leads everybody home when every region is said to be unhealthy', () => {
    expect(addressFor(brazilian, ['sa-east-1', 'us-east-1'])).toEqual(['203.0.113.1']);
    expect(addressFor(canadian, ['sa-east-1', 'us-east-1'])).toEqual(['203.0.113.2']);
  });
});

test('an unhealthy record is never answered while a healthy one of its group covers the client', () => {
  const codes = ['BR', 'US', 'DE'];
  const group = fc.uniqueArray(
    fc.record({ code: fc.constantFrom(...codes, '*'), check: fc.constantFrom('a', 'b', 'c', 'd') }),
    { minLength: 1, selector: ({ code }) => code },
  );
  fc.assert(
    fc.property(group, fc.subarray(['a', 'b', 'c', 'd']), fc.constantFrom(...codes), (records, unhealthy, home) => {
      const zone = zoneOf(
        ...records.map(({ code, check }) =>
          recordSet('www.shop.test', code === '*' ? everywhere : country(code), { value: check }, check),
        ),
      );
      const covering = records.filter(({ code }) => code === home || code === '*');
      const answer = valuesOf(zone, 'www.shop.test', { unhealthy, location: { continent: 'XX', country: home } });

      if (covering.length === 0) return answer === 'no-data';
      const anyHealthy = covering.some(({ check }) => !unhealthy.includes(check));
      return !anyHealthy || !unhealthy.includes(answer[0] ?? '');
    }),
  );
});
