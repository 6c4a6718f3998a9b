/** BIP155's networks, and how people write their addresses. */
import {
  i2pHint,
  i2pToString,
  parseI2p,
  parseTorV2,
  parseTorV3,
  torV2Hint,
  torV2ToString,
  torV3Hint,
  torV3ToString,
} from './address-text.js';
import { unreadable } from './input.js';
import { ipv6ToString, parseIpv4, parseIpv6 } from './ip.js';
import { type Input } from './layout.js';

export interface AddressNetwork {
  readonly id: number;
  readonly name: string;
  /** Of its addresses, in bytes. */
  readonly length: number;
  /** The host as people write it. */
  readonly text: (address: Uint8Array) => string;
  /** The same way back. */
  readonly input: Input<Uint8Array>;
}

type Row = readonly [
  id: number,
  name: string,
  length: number,
  text: (address: Uint8Array) => string,
  /** @throws {EncodeError}, or returns undefined, for any other text */
  parse: (text: string) => Uint8Array | undefined,
  hint: string,
];

const bracketed = (ip: Uint8Array) => `[${ipv6ToString(ip)}]`;

/** BIP155, Network ID table. */
const table: readonly Row[] = [
  [1, 'IPv4', 4, (address) => address.join('.'), parseIpv4, 'an IPv4 address'],
  [2, 'IPv6', 16, bracketed, parseIpv6, 'an IPv6 address'],
  [3, 'Tor v2', 10, torV2ToString, parseTorV2, torV2Hint],
  [4, 'Tor v3', 32, torV3ToString, parseTorV3, torV3Hint],
  [5, 'I2P', 32, i2pToString, parseI2p, i2pHint],
  [6, 'CJDNS', 16, bracketed, parseIpv6, 'an IPv6 address of CJDNS, fc00::/8'],
  [7, 'Yggdrasil', 16, bracketed, parseIpv6, 'an IPv6 address of Yggdrasil, 200::/7'],
];

export const addressNetworks: readonly AddressNetwork[] = table.map(
  ([id, name, length, text, parse, hint]) => ({
    id,
    name,
    length,
    text,
    input: {
      hint,
      initial: new Uint8Array(length),
      parse(typed) {
        const address = parse(typed.trim());
        if (address === undefined) throw unreadable(hint);
        return address;
      },
      print: text,
    },
  }),
);

export const networkById: ReadonlyMap<number, AddressNetwork> = new Map(
  addressNetworks.map((network) => [network.id, network]),
);

const TOR_V2_NAME = 22;

/** The network that a host is on by the looks of it. @throws {EncodeError} unreadable-text */
export function guessNetwork(host: string): AddressNetwork {
  return networkById.get(idOf(host.trim().toLowerCase()))!;
}

function idOf(host: string): number {
  if (host.endsWith('.onion')) return host.length === TOR_V2_NAME ? 3 : 4;
  if (host.endsWith('.i2p')) return 5;
  if (parseIpv4(host)) return 1;
  const first = parseIpv6(host)?.[0];
  if (first === undefined) throw unreadable('an IP address, or an onion or I2P name,');
  return first === 0xfc ? 6 : (first & 0xfe) === 0x02 ? 7 : 2;
}
