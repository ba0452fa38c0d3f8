import { answeredSubnet, type ClientSubnet, readClientSubnet } from '../../../../local/regions/dns/client-subnet';

const option = (family: number, source: number, scope: number, ...address: number[]): Buffer =>
  Buffer.from([0, family, source, scope, ...address]);

test.each([
  ['a network of IPv4', option(1, 24, 0, 192, 0, 2), '192.0.2.0'],
  ['a part of a byte', option(1, 25, 0, 192, 0, 2, 128), '192.0.2.128'],
  ['a network of IPv6', option(2, 48, 0, 0x20, 1, 0xd, 0xb8, 0, 0x55), '2001:db8:55:0:0:0:0:0'],
  ['nobody, by a prefix of 0', option(1, 0, 0), undefined],
  ['nobody, by no family', option(0, 0, 0), undefined],
])('tells %s', (_what, data, address) => {
  expect(readClientSubnet(data)).toMatchObject({ address, sourcePrefixLength: data[2] });
});

test.each([
  ['is cut off', Buffer.from([0, 1, 24])],
  ['has an unknown family', option(3, 8, 0, 1)],
  ['has no family and a prefix', option(0, 8, 0, 1)],
  ['has a longer prefix than its family', option(1, 33, 0, 1, 2, 3, 4, 0)],
  ['has more bytes than its prefix', option(1, 16, 0, 192, 0, 2)],
  ['has fewer bytes than its prefix', option(1, 24, 0, 192, 0)],
  ['has bits behind its prefix', option(1, 23, 0, 192, 0, 3)],
  ['has a scope, which only answers have', option(1, 24, 24, 192, 0, 2)],
])('is malformed when it %s', (_what, data) => {
  expect(readClientSubnet(data)).toBe('malformed');
});

test('is answered as it was told, with the scope', () => {
  const told = option(1, 24, 0, 192, 0, 2);

  expect(answeredSubnet(readClientSubnet(told) as ClientSubnet, 25)).toEqual(option(1, 24, 25, 192, 0, 2));
});
