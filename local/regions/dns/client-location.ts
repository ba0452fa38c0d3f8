import { BlockList, isIP } from 'node:net';
import { z } from 'zod';

/** Where a client is, by the codes that Route 53 uses. */
export interface ClientLocation {
  /** `AF`, `AN`, `AS`, `EU`, `NA`, `OC` or `SA`. */
  readonly continent: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** Of the United States: `NY`. */
  readonly subdivision?: string;
}

const clientNetwork = z.strictObject({
  /** `192.0.2.0/25`. */
  network: z.string().regex(/^[0-9a-f.:]+\/\d{1,3}$/),
  continent: z.enum(['AF', 'AN', 'AS', 'EU', 'NA', 'OC', 'SA']),
  country: z.string().regex(/^[A-Z]{2}$/),
  subdivision: z
    .string()
    .regex(/^[A-Z0-9]{1,3}$/)
    .optional(),
});

/** A table of networks and where their clients are. */
export const clientNetworks = z.array(clientNetwork);

/** A network, and where its clients are. */
export type ClientNetwork = z.output<typeof clientNetwork>;

/** Where an address belongs to: as much of it as decided, and the place if the table knows it. */
export interface Located {
  readonly location?: ClientLocation;
  /** Length of the network's prefix; 0 when no network has the address. */
  readonly prefixLength: number;
}

interface Entry extends ClientNetwork {
  readonly prefixLength: number;
  has(address: string, family: 'ipv4' | 'ipv6'): boolean;
}

const entryOf = (network: ClientNetwork): Entry => {
  const [address = '', length = ''] = network.network.split('/');
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(address, Number(length), family);
  return {
    ...network,
    prefixLength: Number(length),
    has: (asked, askedFamily) => askedFamily === family && list.check(asked, askedFamily),
  };
};

/**
 * Finds where an address is by a table of networks; the longest network that has it decides.
 * @throws Error a network of the table is none
 */
export const locator = (table: readonly ClientNetwork[]): ((address: string) => Located) => {
  const entries = table.map(entryOf).sort((one, other) => other.prefixLength - one.prefixLength);
  return (address) => {
    const version = isIP(address);
    const found = version === 0 ? undefined : entries.find(({ has }) => has(address, version === 6 ? 'ipv6' : 'ipv4'));
    if (found === undefined) return { prefixLength: 0 };
    const { continent, country, subdivision, prefixLength } = found;
    return { location: { continent, country, ...(subdivision !== undefined && { subdivision }) }, prefixLength };
  };
};
