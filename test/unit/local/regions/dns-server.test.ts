import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { decode, encode, type Packet } from 'dns-packet';
import { locator } from '../../../../local/regions/dns/client-location';
import { type DnsLookup, lookUp } from '../../../../local/regions/dns/dns-client';
import { type DnsServer, startDnsServer } from '../../../../local/regions/dns/dns-server';
import type { HostedZone } from '../../../../local/regions/dns/record-set';
import { resolveQuery } from '../../../../local/regions/dns/resolve-query';
import { country, everywhere, recordSet, simple, worldOf, zoneOf } from './record-sets';

const locate = locator([{ network: '192.0.2.0/25', continent: 'SA', country: 'BR' }]);
const soa = 'ns-1.awsdns-1.com. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400';
const zone: HostedZone = zoneOf(
  recordSet('shop.test', simple, { value: soa, type: 'SOA', ttl: 900 }),
  recordSet('www.shop.test', simple, { value: '203.0.113.9', ttl: 30 }),
  recordSet('api.shop.test', country('BR'), { value: '203.0.113.1' }),
  recordSet('api.shop.test', everywhere, { value: '203.0.113.2' }),
  recordSet('text.shop.test', simple, { value: '"one" "two"', type: 'TXT' }),
  ...Array.from({ length: 8 }, (_, index) =>
    recordSet('large.shop.test', { kind: 'multivalue' }, { value: `"${`${index}`.repeat(200)}"`, type: 'TXT' }),
  ),
);

let server: DnsServer;
const problems: unknown[] = [];

beforeAll(async () => {
  server = await startDnsServer(
    (question, clientAddress) => {
      if (question.name === 'broken.shop.test') throw new Error('a bug');
      const { location, prefixLength } = locate(clientAddress);
      const world = worldOf([zone], location === undefined ? {} : { location });
      return { resolution: resolveQuery(question, world), prefixLength };
    },
    (error) => problems.push(error),
  );
});

afterAll(() => server.close());

const ask = (name: string, more: Partial<DnsLookup> = {}) => lookUp({ server, name, ...more });

test.each([['udp'], ['tcp']] as const)('answers over %s', async (transport) => {
  const reply = await ask('www.shop.test', transport === 'tcp' ? { transport } : {});

  expect(reply).toEqual({
    rcode: 0,
    answers: [{ name: 'www.shop.test', type: 'A', ttl: 30, data: '203.0.113.9' }],
  });
});

test('answers by the network of the client that the resolver tells, and says for which network that holds', async () => {
  expect(await ask('api.shop.test', { subnet: '192.0.2.0/24' })).toMatchObject({
    answers: [{ data: '203.0.113.1' }],
    scopePrefixLength: 25,
  });
  expect(await ask('api.shop.test', { subnet: '198.51.100.0/24' })).toMatchObject({
    answers: [{ data: '203.0.113.2' }],
    scopePrefixLength: 24,
  });
  expect(await ask('www.shop.test', { subnet: '192.0.2.0/24' })).toMatchObject({ scopePrefixLength: 0 });
});

test('answers by its own address when a resolver asks it to forget the client', async () => {
  expect(await ask('api.shop.test', { subnet: '192.0.2.0/0' })).toMatchObject({
    answers: [{ data: '203.0.113.2' }],
    scopePrefixLength: 0,
  });
});

test.each([
  ['no such name', 'nobody.shop.test', 'A', 3],
  ['a name without a record of that type', 'www.shop.test', 'AAAA', 0],
  ['a name of nobody here', 'elsewhere.test', 'A', 5],
] as const)('says that there is %s', async (_what, name, type, rcode) => {
  expect(await ask(name, { type })).toMatchObject({ rcode, answers: [] });
});

/** Sends bytes over UDP and answers what comes back. */
const exchange = async (message: Buffer): Promise<Buffer> => {
  const socket = createSocket('udp4');
  try {
    socket.send(message, server.port, server.address);
    const [reply] = (await once(socket, 'message', { signal: AbortSignal.timeout(2_000) })) as [Buffer];
    return reply;
  } finally {
    socket.close();
  }
};

const query = (more: Partial<Packet> = {}): Packet => ({
  type: 'query',
  id: 7,
  flags: 0,
  questions: [{ name: 'nobody.shop.test', type: 'A' }],
  ...more,
});

test('tells for how long to remember that there is nothing', async () => {
  const { authorities } = decode(await exchange(encode(query())));

  expect(authorities).toMatchObject([{ type: 'SOA', ttl: 900, data: { mname: 'ns-1.awsdns-1.com', minimum: 86_400 } }]);
});

test('answers as the one who knows, and in the case that was asked', async () => {
  const reply = decode(await exchange(encode(query({ questions: [{ name: 'wWw.ShOp.TeSt', type: 'A' }] }))));

  expect(reply).toMatchObject({ id: 7, flag_aa: true, flag_ra: false, questions: [{ name: 'wWw.ShOp.TeSt' }] });
  expect(reply.answers).toHaveLength(1);
});

/** A question with EDNS, and the client's network if it is told. */
const withEdns = (ednsVersion: number, network?: Buffer): Packet =>
  query({
    questions: [{ name: 'api.shop.test', type: 'A' }],
    additionals: [
      {
        type: 'OPT',
        name: '.',
        udpPayloadSize: 1_232,
        extendedRcode: 0,
        ednsVersion,
        flags: 0,
        flag_do: false,
        options: network === undefined ? [] : [{ code: 8, ip: undefined, data: network }],
      },
    ],
  });

const optOf = (message: Buffer) => decode(message).additionals?.find((record) => record.type === 'OPT');

test("repeats the client's network as it was told, in answers that lead nowhere else as well", async () => {
  const told = Buffer.from([0, 1, 24, 0, 192, 0, 2]);
  const nobody = Buffer.from([0, 0, 0, 0]);
  const dataFor = async (network: Buffer) => optOf(await exchange(encode(withEdns(0, network))))?.options[0]?.data;

  expect(await dataFor(told)).toEqual(Buffer.from([0, 1, 24, 25, 192, 0, 2]));
  expect(await dataFor(nobody)).toEqual(nobody);
});

test("calls a client's network that is none a format error", async () => {
  const reply = decode(await exchange(encode(withEdns(0, Buffer.from([0, 1, 24, 0, 192])))));

  expect((reply.flags ?? 0) & 0xf).toBe(1);
  expect(reply.answers).toEqual([]);
});

test('says which versions of EDNS it does not speak, and no more', async () => {
  const message = await exchange(encode(withEdns(1)));

  expect(optOf(message)).toMatchObject({ extendedRcode: 1, ednsVersion: 0 });
  expect(decode(message)).toMatchObject({ answers: [] });
});

test('cuts what does not fit into a datagram, and says it all over TCP', async () => {
  const questions = [{ name: 'large.shop.test', type: 'TXT' }] as const;
  const cut = decode(await exchange(encode(query({ questions: [...questions] }))));

  expect(cut).toMatchObject({ flag_tc: true, answers: [] });
  expect((await ask('large.shop.test', { type: 'TXT' })).answers).toHaveLength(8);
});

test.each([
  ['an update', query({ flags: 5 << 11 }), 4],
  ['two questions at once', query({ questions: [...(query().questions ?? []), ...(query().questions ?? [])] }), 1],
  ['another class than the internet', query({ questions: [{ name: 'www.shop.test', type: 'A', class: 'CH' }] }), 5],
])('refuses %s', async (_what, packet, rcode) => {
  expect((decode(await exchange(encode(packet))).flags ?? 0) & 0xf).toBe(rcode);
});

test('refuses bytes that are no question, and goes on', async () => {
  const nonsense = Buffer.concat([Buffer.from([0, 9, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]), Buffer.from('xx')]);

  expect(((await exchange(nonsense))[3] ?? 0) & 0xf).toBe(1);
  expect((await ask('www.shop.test')).answers).toHaveLength(1);
});

test('has nothing for types of records that it does not know, such as HTTPS', async () => {
  const message = encode(query({ questions: [{ name: 'www.shop.test', type: 'A' }] }));
  message.writeUInt16BE(65, message.length - 4);

  expect(decode(await exchange(message))).toMatchObject({ answers: [], flag_aa: true });
});

test('reads a question over TCP that comes in pieces, and two that come at once', async () => {
  const socket = connect(server.port, server.address);
  const message = encode(query({ questions: [{ name: 'www.shop.test', type: 'A' }] }));
  const framed = Buffer.concat([Buffer.from([0, message.length]), message]);
  const both = Buffer.concat([framed, framed]);
  socket.write(both.subarray(0, 5));
  socket.write(both.subarray(5));
  let received = Buffer.alloc(0);
  while (received.length < 2 * (2 + 47)) {
    const [chunk] = (await once(socket, 'data', { signal: AbortSignal.timeout(2_000) })) as [Buffer];
    received = Buffer.concat([received, chunk]);
  }
  socket.destroy();
  const first = received.readUInt16BE(0);

  expect(decode(received.subarray(2, 2 + first)).answers).toHaveLength(1);
  expect(decode(received.subarray(2 + first + 2)).answers).toHaveLength(1);
});

test('reports a failure of its own and stays up', async () => {
  await expect(ask('broken.shop.test', { timeoutMilliseconds: 200 })).rejects.toThrow('no answer');

  expect(problems).toEqual([new Error('a bug')]);
  expect((await ask('www.shop.test')).answers).toHaveLength(1);
});

test('joins the parts of a text', async () => {
  const { answers } = await ask('text.shop.test', { type: 'TXT' });

  expect((answers[0]?.data as Buffer[]).map(String)).toEqual(['one', 'two']);
});
