/** Number of the option in EDNS. */
export const CLIENT_SUBNET_OPTION = 8;

/** The network of a client as a resolver tells it (RFC 7871). */
export interface ClientSubnet {
  /** Address of the network; `undefined` when the resolver does not want the client to be told apart. */
  readonly address: string | undefined;
  /** How many bits of it the resolver tells. */
  readonly sourcePrefixLength: number;
  /** The option's family, length and address, which an answer repeats as they are. */
  readonly told: Buffer;
}

const FAMILY_BYTES = 2;
const HEADER_BYTES = 4;
const bitsOfFamily: Readonly<Record<number, number>> = { 0: 0, 1: 32, 2: 128 };

/**
 * Reads the option's data; `malformed` stands for what RFC 7871 §7.1.2 and §6 have answered with a format error: an unknown
 * family, a prefix longer than its address, more or fewer bytes than the prefix needs, bits behind it, a scope in a question.
 */
export const readClientSubnet = (data: Buffer): ClientSubnet | 'malformed' => {
  if (data.length < HEADER_BYTES) return 'malformed';
  const family = data.readUInt16BE(0);
  const sourcePrefixLength = data.readUInt8(FAMILY_BYTES);
  const scopePrefixLength = data.readUInt8(FAMILY_BYTES + 1);
  const address = data.subarray(HEADER_BYTES);
  const bits = bitsOfFamily[family];
  if (bits === undefined || sourcePrefixLength > bits || scopePrefixLength !== 0) return 'malformed';
  if (address.length !== Math.ceil(sourcePrefixLength / 8)) return 'malformed';
  const spareBits = address.length * 8 - sourcePrefixLength;
  if (((address.at(-1) ?? 0) & ((1 << spareBits) - 1)) !== 0) return 'malformed';
  return {
    address: sourcePrefixLength === 0 ? undefined : written(address, bits),
    sourcePrefixLength,
    told: Buffer.from(data),
  };
};

/** The option of an answer: the question's, and for how long a prefix the answer holds. */
export const answeredSubnet = ({ told }: ClientSubnet, scopePrefixLength: number): Buffer => {
  const data = Buffer.from(told);
  data.writeUInt8(scopePrefixLength, FAMILY_BYTES + 1);
  return data;
};

const written = (address: Buffer, bits: number): string => {
  const whole = Buffer.alloc(bits / 8);
  address.copy(whole);
  if (bits === 32) return whole.join('.');
  return Array.from({ length: 8 }, (_, index) => whole.readUInt16BE(index * 2).toString(16)).join(':');
};
