import { readFileSync } from 'node:fs';
import { clientNetworks, locator } from '../../../../local/regions/dns/client-location';
import { regionLatency } from '../../../../local/regions/dns/region-latency';

const table = clientNetworks.parse(JSON.parse(readFileSync('local/regions/dns/client-networks.json', 'utf8')));

describe('a client', () => {
  const locate = locator([
    ...table,
    { network: '192.0.2.7/32', continent: 'EU', country: 'PT' },
    { network: '0.0.0.0/0', continent: 'OC', country: 'NZ' },
  ]);

  test.each([
    ['in the network of its address', '192.0.2.1', 'BR', 25],
    ['in the longest network of its address', '192.0.2.7', 'PT', 32],
    ['in an IPv6 network', '2001:db8:49::1', 'DE', 48],
    ['in a network that is everywhere', '9.9.9.9', 'NZ', 0],
  ])('is %s', (_where, address, country, prefixLength) => {
    expect(locate(address)).toMatchObject({ location: { country }, prefixLength });
  });

  test('of no network, or without an address, is nowhere', () => {
    expect(locator(table)('10.0.0.1')).toEqual({ prefixLength: 0 });
    expect(locator(table)('no address')).toEqual({ prefixLength: 0 });
  });

  test('of the table that comes along can be in every continent', () => {
    expect(new Set(table.map(({ continent }) => continent)).size).toBe(7);
  });
});

describe('latency', () => {
  test('is least to a region of the own continent', () => {
    const regions = ['sa-east-1', 'us-east-1', 'eu-west-1', 'ap-northeast-1', 'af-south-1'];
    const nearest = (continent: string): string | undefined =>
      [...regions].sort(
        (one, other) =>
          regionLatency(one, { continent, country: 'XX' }) - regionLatency(other, { continent, country: 'XX' }),
      )[0];

    expect(['SA', 'NA', 'EU', 'AS', 'AF'].map(nearest)).toEqual(regions);
  });

  test('of a country may differ from that of its continent', () => {
    expect(regionLatency('us-east-1', { continent: 'SA', country: 'CO' })).toBeLessThan(
      regionLatency('sa-east-1', { continent: 'SA', country: 'CO' }),
    );
  });

  test('of a client that nobody knows is that of North America', () => {
    expect(regionLatency('us-east-1')).toBeLessThan(regionLatency('sa-east-1'));
  });
});
