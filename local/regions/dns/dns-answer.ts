import {
  type Answer,
  AUTHORITATIVE_ANSWER,
  type DecodedPacket,
  type OptAnswer,
  type Packet,
  type PacketOpt,
  RECURSION_DESIRED,
} from 'dns-packet';
import { answeredSubnet, CLIENT_SUBNET_OPTION, type ClientSubnet, readClientSubnet } from './client-subnet';
import type { HostedZone } from './record-set';
import type { DnsQuestion, DnsRecord, Resolution } from './resolve-query';

/** Answers a question of a client at an address. */
export type AnswerQuestion = (
  question: DnsQuestion,
  clientAddress: string,
) => { readonly resolution: Resolution; readonly prefixLength: number };

/** Response codes of DNS that are answered here. */
export const rcodes = {
  noError: 0,
  formatError: 1,
  noSuchName: 3,
  notImplemented: 4,
  refused: 5,
  badVersion: 16,
} as const;

/** What fits through every network without being cut up; RFC 9715. */
const UDP_PAYLOAD_BYTES = 1_232;

const optOf = (query: Packet): OptAnswer | undefined => query.additionals?.find((record) => record.type === 'OPT');

const subnetOf = (opt: OptAnswer | undefined): ClientSubnet | 'malformed' | undefined => {
  const option = opt?.options.find(({ code }) => code === CLIENT_SUBNET_OPTION);
  return option && readClientSubnet(option.data ?? Buffer.alloc(0));
};

/** How many bytes an answer over UDP may have. */
export const udpLimit = (query: Packet): number => {
  const opt = optOf(query);
  return opt === undefined ? 512 : Math.min(Math.max(opt.udpPayloadSize, 512), UDP_PAYLOAD_BYTES);
};

const OPCODE_BITS = 0x7800;

/** Of a header; what is above them goes into the OPT record. */
const RCODE_BITS = 0xf;

/**
 * The reply to a query; `undefined` when it is none.
 * @param sender address that the query came from: the client's for want of a better one
 */
export const replyTo = (query: DecodedPacket, sender: string, answer: AnswerQuestion): Packet | undefined => {
  if (query.flag_qr) return undefined;
  const { id = 0, flags = 0, questions = [] } = query;
  const [question] = questions;
  const opt = optOf(query);
  const reply = (rcode: number, more: Partial<Packet> = {}, scope?: PacketOpt): Packet => ({
    type: 'response',
    id,
    flags: (flags & RECURSION_DESIRED) | (rcode === rcodes.refused ? 0 : AUTHORITATIVE_ANSWER) | (rcode & RCODE_BITS),
    questions,
    ...more,
    ...(opt !== undefined && { additionals: [optRecord(scope, rcode)] }),
  });
  if ((opt?.ednsVersion ?? 0) > 0) return reply(rcodes.badVersion);
  if ((flags & OPCODE_BITS) !== 0) return reply(rcodes.notImplemented);
  if (question === undefined || questions.length > 1) return reply(rcodes.formatError);
  if (question.class !== undefined && question.class !== 'IN') return reply(rcodes.refused);

  const subnet = subnetOf(opt);
  if (subnet === 'malformed') return reply(rcodes.formatError);
  const { resolution, prefixLength } = answer(question, subnet?.address ?? sender);
  const scope = subnet && scopeOf(subnet, resolution, prefixLength);
  switch (resolution.kind) {
    case 'answer':
      return reply(rcodes.noError, { answers: resolution.records.flatMap(toAnswer) }, scope);
    case 'no-data':
      return reply(rcodes.noError, { authorities: startOf(resolution.zone) }, scope);
    case 'no-such-name':
      return reply(rcodes.noSuchName, { authorities: startOf(resolution.zone) }, scope);
    case 'refused':
      return reply(rcodes.refused);
  }
};

const optRecord = (scope: PacketOpt | undefined, rcode: number): OptAnswer => ({
  type: 'OPT',
  name: '.',
  udpPayloadSize: UDP_PAYLOAD_BYTES,
  extendedRcode: rcode >> 4,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: scope === undefined ? [] : [scope],
});

/** For which clients the answer holds: all, or those of the network that decided. */
const scopeOf = (subnet: ClientSubnet, resolution: Resolution, decidingLength: number): PacketOpt => {
  const { address, sourcePrefixLength } = subnet;
  const depends = 'dependsOnLocation' in resolution && resolution.dependsOnLocation;
  const scope = address === undefined || !depends ? 0 : decidingLength || sourcePrefixLength;
  return { code: CLIENT_SUBNET_OPTION, ip: undefined, data: answeredSubnet(subnet, scope) };
};

/** The zone's SOA, by which a resolver knows how long to remember that there is nothing. */
const startOf = ({ name, recordSets }: HostedZone): Answer[] =>
  recordSets
    .filter((set) => set.type === 'SOA' && set.name === name)
    .flatMap(({ values, ttl = 0 }) =>
      values.flatMap((value) => {
        const minimum = Number(value.split(' ').at(-1));
        return toAnswer({ name, type: 'SOA', ttl: Math.min(ttl, minimum), value });
      }),
    );

/** A record in the form of the wire; nothing for types that nobody asks here. */
const toAnswer = ({ name, type, ttl, value }: DnsRecord): Answer[] => {
  switch (type) {
    case 'A':
    case 'AAAA':
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return [{ name, type, ttl, data: value }];
    case 'TXT':
      return [{ name, type, ttl, data: [...value.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text) }];
    case 'MX': {
      const [preference, exchange = ''] = value.split(' ');
      return [{ name, type, ttl, data: { preference: Number(preference), exchange } }];
    }
    case 'SOA': {
      const [mname = '', rname = '', ...numbers] = value.split(' ');
      const [serial, refresh, retry, expire, minimum] = numbers.map(Number);
      return [{ name, type, ttl, data: { mname, rname, serial, refresh, retry, expire, minimum } }];
    }
    default:
      return [];
  }
};
