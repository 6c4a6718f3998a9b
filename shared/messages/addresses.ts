import { toHex } from '../bytes.js';
import { i2pToString, torV2ToString, torV3ToString } from './address-text.js';
import { checked, compactSize } from './counts.js';
import { shown, type Composite, type Layout } from './layout.js';
import { bytes, bytesText, compactSize64, sizedBytes, u16be, u8 } from './leaves.js';
import { completeList } from './lists.js';
import { ipToString } from './net-address.js';
import { services, serviceNames } from './services.js';
import { dependent, struct } from './struct.js';
import { time32 } from './time.js';

export const MAX_ADDRESSES = 1000;
const MAX_ADDRESS_BYTES = 512;

/** An address that a peer knows of, as `addr` carries it. */
export interface AddrEntry {
  /** When the peer last heard of the node: seconds since 1970. */
  time: number;
  services: bigint;
  /** 16 bytes: an IPv6 address, or an IPv4 one behind ::ffff:. */
  ip: Uint8Array;
  port: number;
}

export interface Addr {
  /** At most 1000. */
  addresses: AddrEntry[];
}

/** BIP155: an address on any network. */
export interface AddrV2Entry {
  time: number;
  services: bigint;
  /** One of addressNetworks' ids; others are kept as they come. */
  network: number;
  /** As long as the network's addresses are; up to 512 bytes on networks that nobody here knows. */
  address: Uint8Array;
  port: number;
}

export interface AddrV2 {
  /** At most 1000. Not all are of use: unusableAddress tells. */
  addresses: AddrV2Entry[];
}

export interface AddressNetwork {
  readonly id: number;
  readonly name: string;
  /** Of its addresses, in bytes. */
  readonly length: number;
  /** The host as people write it. */
  readonly text: (address: Uint8Array) => string;
}

const bracketed = (ip: Uint8Array) => `[${ipToString(ip)}]`;

/** BIP155, Network ID table. */
export const addressNetworks: readonly AddressNetwork[] = [
  { id: 1, name: 'IPv4', length: 4, text: (address) => address.join('.') },
  { id: 2, name: 'IPv6', length: 16, text: bracketed },
  { id: 3, name: 'Tor v2', length: 10, text: torV2ToString },
  { id: 4, name: 'Tor v3', length: 32, text: torV3ToString },
  { id: 5, name: 'I2P', length: 32, text: i2pToString },
  { id: 6, name: 'CJDNS', length: 16, text: bracketed },
  { id: 7, name: 'Yggdrasil', length: 16, text: bracketed },
];
const networkById = new Map(addressNetworks.map((network) => [network.id, network]));

const MAPPED_IPV4 = '00000000000000000000ffff';
const ONION_CAT = 'fd87d87eeb43';
const CJDNS_FIRST_BYTE = 0xfc;

/** Why nobody can use an address, in a few words; undefined when it is fine. BIP155 says to skip such addresses. */
export function unusableAddress({ network, address }: AddrV2Entry): string | undefined {
  const name = networkById.get(network)?.name;
  if (name === undefined) return 'a network that is not known here';
  if (name === 'IPv6' && toHex(address).startsWith(MAPPED_IPV4)) return 'an IPv4 address in IPv6';
  if (name === 'IPv6' && toHex(address).startsWith(ONION_CAT)) return 'a Tor address in IPv6';
  if (name === 'CJDNS' && address[0] !== CJDNS_FIRST_BYTE) return 'not of the range of CJDNS';
  return undefined;
}

/** Host and port as people write them; on an unknown network the bytes in hex. */
export function addressToString({ network, address, port }: AddrV2Entry): string {
  const known = networkById.get(network);
  if (known !== undefined) return `${known.text(address)}:${port}`;
  return `network ${network}, ${bytesText(address)}, port ${port}`;
}

/** The same address in BIP155's form; an address behind ::ffff: is of IPv4. */
export function addrV2EntryOf({ time, services, ip, port }: AddrEntry): AddrV2Entry {
  return toHex(ip).startsWith(MAPPED_IPV4)
    ? { time, services, network: 1, address: ip.subarray(12), port }
    : { time, services, network: 2, address: ip, port };
}

const addrEntry: Layout<AddrEntry> = shown<AddrEntry>(
  struct({ time: time32, services, ip: bytes(16, 'ip', ipToString), port: u16be }),
  {
    kind: 'address',
    text: ({ ip, port }) =>
      toHex(ip).startsWith(MAPPED_IPV4) ? `${ipToString(ip)}:${port}` : `${bracketed(ip)}:${port}`,
  },
);

const anyAddress = sizedBytes(compactSize(MAX_ADDRESS_BYTES));
const knownAddresses = new Map(
  addressNetworks.map(({ id, name, length, text }) => {
    const wrong = (n: number) =>
      n === length ? undefined : `${n} bytes; an address of ${name} has ${length}`;
    return [id, sizedBytes(checked(compactSize(MAX_ADDRESS_BYTES), wrong), text)];
  }),
);
const services64 = shown(compactSize64, {
  kind: 'services',
  text: (bits) => (bits === 0n ? 'none' : serviceNames(bits).join(', ')),
});
const networkId = shown(u8, {
  kind: 'network',
  text: (id) => networkById.get(id)?.name ?? `network ${id}`,
});

const addrV2Entry: Composite<AddrV2Entry> = shown<AddrV2Entry>(
  struct({
    time: time32,
    services: services64,
    network: networkId,
    address: dependent('network', (id: number | undefined) => knownAddresses.get(id ?? -1) ?? anyAddress),
    port: u16be,
  }),
  {
    kind: 'address',
    text(value) {
      const unusable = unusableAddress(value);
      return addressToString(value) + (unusable === undefined ? '' : ` (skipped: ${unusable})`);
    },
  },
);

export const addr: Layout<Addr> = struct({ addresses: completeList(addrEntry, MAX_ADDRESSES) });
export const addrV2: Layout<AddrV2> = struct({ addresses: completeList(addrV2Entry, MAX_ADDRESSES) });
