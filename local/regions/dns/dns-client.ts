import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, isIP } from 'node:net';
import {
  type Answer,
  type DecodedPacket,
  decode,
  encode,
  type Packet,
  RECURSION_DESIRED,
  type RecordType,
} from 'dns-packet';

/** A question to a name server, as a resolver would put it. */
export interface DnsLookup {
  readonly server: { readonly address: string; readonly port: number };
  readonly name: string;
  /** @default 'A' */
  readonly type?: RecordType;
  /** The client's network, as a resolver tells it: `192.0.2.0/24`. */
  readonly subnet?: string;
  /** @default UDP, and TCP when the answer does not fit */
  readonly transport?: 'tcp';
  /** @default 2000 */
  readonly timeoutMilliseconds?: number;
}

/** What a name server said. */
export interface DnsReply {
  /** 0 is no error, 3 no such name, 5 refused. */
  readonly rcode: number;
  readonly answers: readonly {
    readonly name: string;
    readonly type: string;
    readonly ttl: number;
    readonly data: unknown;
  }[];
  /** For how much of the client's network the answer holds; absent when the server says nothing about it. */
  readonly scopePrefixLength?: number;
}

/** The server did not answer in time, or with something else than an answer. */
export class DnsLookupError extends Error {
  override readonly name = 'DnsLookupError';
}

const queryFor = ({ name, type = 'A', subnet }: DnsLookup): Packet => {
  const [ip = '', length = ''] = subnet?.split('/') ?? [];
  return {
    type: 'query',
    id: randomInt(0x10000),
    flags: RECURSION_DESIRED,
    questions: [{ name, type, class: 'IN' }],
    additionals: [
      {
        type: 'OPT',
        name: '.',
        udpPayloadSize: 1_232,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: 0,
        flag_do: false,
        options:
          subnet === undefined
            ? []
            : [
                {
                  code: 8,
                  type: 'CLIENT_SUBNET',
                  family: isIP(ip) === 6 ? 2 : 1,
                  sourcePrefixLength: Number(length),
                  scopePrefixLength: 0,
                  ip,
                },
              ],
      },
    ],
  };
};

const overUdp = async (
  query: Packet,
  { server, timeoutMilliseconds }: Required<Pick<DnsLookup, 'server' | 'timeoutMilliseconds'>>,
) => {
  const socket = createSocket('udp4');
  try {
    socket.send(encode(query), server.port, server.address);
    const signal = AbortSignal.timeout(timeoutMilliseconds);
    for (;;) {
      const [message] = (await once(socket, 'message', { signal })) as [Buffer];
      const reply = decode(message);
      if (reply.id === query.id) return reply;
    }
  } finally {
    socket.close();
  }
};

const overTcp = async (
  query: Packet,
  { server, timeoutMilliseconds }: Required<Pick<DnsLookup, 'server' | 'timeoutMilliseconds'>>,
) => {
  const socket = connect(server.port, server.address);
  try {
    const message = encode(query);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(message.length);
    socket.write(Buffer.concat([length, message]));
    const signal = AbortSignal.timeout(timeoutMilliseconds);
    let received = Buffer.alloc(0);
    while (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) {
      const [chunk] = (await once(socket, 'data', { signal })) as [Buffer];
      received = Buffer.concat([received, chunk]);
    }
    return decode(received.subarray(2));
  } finally {
    socket.destroy();
  }
};

/**
 * Asks a name server.
 * @throws DnsLookupError it does not answer in time
 */
export const lookUp = async (wanted: DnsLookup): Promise<DnsReply> => {
  const query = queryFor(wanted);
  const { server, transport, timeoutMilliseconds = 2_000 } = wanted;
  const way = { server, timeoutMilliseconds };
  try {
    const first = transport === 'tcp' ? undefined : await overUdp(query, way);
    return told(first === undefined || first.flag_tc ? await overTcp(query, way) : first);
  } catch (error) {
    throw new DnsLookupError(`no answer from ${server.address}:${server.port} for ${wanted.name}`, { cause: error });
  }
};

const RCODE_BITS = 0xf;

const told = ({ flags = 0, answers = [], additionals = [] }: DecodedPacket): DnsReply => {
  const scope = additionals
    .flatMap((record) => (record.type === 'OPT' ? record.options : []))
    .map((option) => (option.code === 8 ? option.scopePrefixLength : undefined))
    .find((length) => length !== undefined);
  return {
    rcode: flags & RCODE_BITS,
    answers: answers.flatMap(toReply),
    ...(scope !== undefined && { scopePrefixLength: scope }),
  };
};

const toReply = (answer: Answer): DnsReply['answers'] => {
  if (answer.type === 'OPT') return [];
  const { name, type, ttl = 0, data } = answer;
  return [{ name, type, ttl, data }];
};
