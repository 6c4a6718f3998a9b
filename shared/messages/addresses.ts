import { toHex } from '../bytes.js';
import { addressNetworks, guessNetwork, networkById } from './address-networks.js';
import { checked, compactSize } from './counts.js';
import { shown, type Composite, type Layout } from './layout.js';
import { namedInput, numberInput, unreadable } from './input.js';
import { endpointToString, ipInput, ipToString, isMappedIpv4 } from './ip.js';
import { bytes, bytesText, compactSize64, sizedBytes, u16be, u8 } from './leaves.js';
import { completeList } from './lists.js';
import { services, servicesInput, servicesText } from './services.js';
import { dependent, struct } from './struct.js';
import { time32 } from './time.js';

export const MAX_ADDRESSES = 1000;
const MAX_ADDRESS_BYTES = 512;
const MAX_PORT = 65_535;

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

const ONION_CAT = 'fd87d87eeb43';
const CJDNS_FIRST_BYTE = 0xfc;

/** Why nobody can use an address, in a few words; undefined when it is fine. BIP155 says to skip such addresses. */
export function unusableAddress({ network, address }: AddrV2Entry): string | undefined {
  const name = networkById.get(network)?.name;
  if (name === undefined) return 'a network that is not known here';
  if (name === 'IPv6' && isMappedIpv4(address)) return 'an IPv4 address in IPv6';
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

/**
 * Network, address and port from what people write: `203.0.113.5:8333`, `[2001:db8::1]:8333`, `….onion:8333`,
 * `….b32.i2p:0`. An IPv6 address of fc00::/8 is of CJDNS, one of 200::/7 of Yggdrasil.
 * @throws {EncodeError} unreadable-text, invalid-value
 */
export function addressFromString(text: string): Pick<AddrV2Entry, 'network' | 'address' | 'port'> {
  const [, host, port] = /^\s*(\[[^\]]*\]|[^:]*):(\d{1,5})\s*$/.exec(text) ?? [];
  if (host === undefined || Number(port) > MAX_PORT) throw unreadable('an address and a port, as HOST:PORT,');
  const { id, input } = guessNetwork(host);
  return { network: id, address: input.parse(host), port: Number(port) };
}

/** The same address in BIP155's form; an address behind ::ffff: is of IPv4. */
export function addrV2EntryOf({ time, services, ip, port }: AddrEntry): AddrV2Entry {
  return isMappedIpv4(ip)
    ? { time, services, network: 1, address: ip.subarray(12), port }
    : { time, services, network: 2, address: ip, port };
}

const addrEntry: Layout<AddrEntry> = shown<AddrEntry>(
  struct({ time: time32, services, ip: bytes(16, 'ip', ipToString, ipInput), port: u16be }),
  {
    kind: 'address',
    text: ({ ip, port }) => endpointToString(ip, port),
  },
);

const anyAddress = sizedBytes(compactSize(MAX_ADDRESS_BYTES));
const knownAddresses = new Map(
  addressNetworks.map(({ id, name, length, text, input }) => {
    const wrong = (n: number) =>
      n === length ? undefined : `${n} bytes; an address of ${name} has ${length}`;
    return [id, sizedBytes(checked(compactSize(MAX_ADDRESS_BYTES), wrong), text, input)];
  }),
);
const services64 = shown(compactSize64, {
  kind: 'services',
  text: servicesText,
  input: servicesInput,
});
function networkName(id: number): string {
  return networkById.get(id)?.name ?? `network ${id}`;
}

const networkId = shown(u8, {
  kind: 'network',
  text: networkName,
  input: namedInput(
    numberInput(0, 255),
    new Map(addressNetworks.map(({ id, name }) => [id, name])),
    'network',
    networkName,
  ),
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
