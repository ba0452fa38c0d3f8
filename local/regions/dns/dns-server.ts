import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { type DecodedPacket, decode, encode, type Packet, TRUNCATED_RESPONSE } from 'dns-packet';
import { type AnswerQuestion, rcodes, replyTo, udpLimit } from './dns-answer';

const HOST = '127.0.0.1';
const TRIES = 20;
const TCP_IDLE_MILLISECONDS = 10_000;
const HEADER_BYTES = 12;
const LENGTH_BYTES = 2;

/** A name server that answers over UDP and TCP, on one port of this machine. */
export interface DnsServer {
  readonly address: string;
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Starts a name server on a free port.
 * @param onError is told of questions that could not be answered
 */
export const startDnsServer = async (answer: AnswerQuestion, onError: (error: unknown) => void): Promise<DnsServer> => {
  const reply = (message: Buffer, sender: string): { query: DecodedPacket; packet: Packet } | undefined => {
    const query = read(message);
    if (query === undefined) return undefined;
    try {
      const packet = replyTo(query, sender, answer);
      return packet === undefined ? undefined : { query, packet };
    } catch (error) {
      onError(error);
      return undefined;
    }
  };
  const { udp, tcp, port } = await listen();
  const connections = new Set<Socket>();
  udp.on('message', (message, from) => answerDatagram(udp, from, message, reply(message, from.address)));
  udp.on('error', onError);
  tcp.on('error', onError);
  tcp.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
    // A client that goes away in the middle of a question is not our error.
    socket.on('error', () => socket.destroy());
    socket.setTimeout(TCP_IDLE_MILLISECONDS, () => socket.destroy());
    answerStream(socket, (message) => reply(message, socket.remoteAddress ?? HOST)?.packet);
  });
  return {
    address: HOST,
    port,
    close: async () => {
      const closed = Promise.all([once(udp, 'close'), once(tcp, 'close')]);
      udp.close();
      tcp.close();
      for (const socket of connections) socket.destroy();
      await closed;
    },
  };
};

/** A query; `undefined` when the bytes are none, for example because somebody knocks at every port. */
const read = (message: Buffer): DecodedPacket | undefined => {
  try {
    return decode(message);
  } catch {
    return undefined;
  }
};

const answerDatagram = (
  udp: UdpSocket,
  { address, port }: RemoteInfo,
  message: Buffer,
  reply: { readonly query: DecodedPacket; readonly packet: Packet } | undefined,
): void => {
  if (reply === undefined) {
    if (isUnreadableQuery(message)) udp.send(formatError(message), port, address);
    return;
  }
  const { query, packet } = reply;
  const whole = encode(packet);
  if (whole.length <= udpLimit(query)) {
    udp.send(whole, port, address);
    return;
  }
  // Cut to nothing: the client asks again over TCP.
  const flags = (packet.flags ?? 0) | TRUNCATED_RESPONSE;
  udp.send(encode({ ...packet, flags, answers: [], authorities: [] }), port, address);
};

const isUnreadableQuery = (message: Buffer): boolean =>
  message.length >= HEADER_BYTES && ((message[2] ?? 0) & 0x80) === 0 && read(message) === undefined;

const formatError = (message: Buffer): Buffer =>
  encode({ type: 'response', id: message.readUInt16BE(0), flags: rcodes.formatError, questions: [] });

/** Messages over TCP come behind their length. */
const answerStream = (socket: Socket, reply: (message: Buffer) => Packet | undefined): void => {
  let received = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
    while (received.length >= LENGTH_BYTES) {
      const end = LENGTH_BYTES + received.readUInt16BE(0);
      if (received.length < end) return;
      const packet = reply(received.subarray(LENGTH_BYTES, end));
      received = received.subarray(end);
      if (packet === undefined) {
        socket.destroy();
        return;
      }
      const message = encode(packet);
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt16BE(message.length);
      socket.write(Buffer.concat([length, message]));
    }
  });
};

/** Sockets of both kinds on one free port: the one that UDP gets may be taken for TCP. */
const listen = async (): Promise<{ udp: UdpSocket; tcp: Server; port: number }> => {
  for (let attempt = 1; ; attempt += 1) {
    const udp = createSocket('udp4');
    udp.bind(0, HOST);
    await once(udp, 'listening');
    const { port } = udp.address();
    const tcp = createServer();
    try {
      tcp.listen(port, HOST);
      await once(tcp, 'listening');
      return { udp, tcp, port };
    } catch (error) {
      udp.close();
      if (attempt === TRIES) throw error;
    }
  }
};
