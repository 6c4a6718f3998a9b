/**
 * getaddr: some addresses, of every network there is. None can be anybody's: a node dials what it learns. So the IP
 * addresses are those that RFCs keep for documentation, and the others are names for which nobody can have the key.
 */
import { ascii, concatBytes, fromHex } from '../../shared/bytes.js';
import { type AddrEntry, type AddrV2Entry } from '../../shared/messages/index.js';
import { networks } from '../../shared/networks.js';
import { type Visit } from './visit.js';

const { port } = networks.regtest;
/** I2P has no ports (BIP155). */
const NO_PORT = 0;
const HOUR = 3600;
const NETWORK = 1n;
const NETWORK_WITNESS = 9n;
const NETWORK_WITNESS_P2P_V2 = 0x809n;

/** By BIP155's network id; when it was last heard of, in hours. */
type Example = Omit<AddrV2Entry, 'time'> & { readonly hoursAgo: number };

/** Text of `length` bytes instead of a key's hash: whoever had the key could break the hash. */
const unreachable = (text: string, length: number) => ascii(text.padEnd(length, '.'));

export const exampleAddresses: readonly Example[] = [
  // RFC 5737: TEST-NET-1, -2 and -3.
  { network: 1, address: Uint8Array.of(192, 0, 2, 1), port, services: NETWORK_WITNESS_P2P_V2, hoursAgo: 1 },
  { network: 1, address: Uint8Array.of(198, 51, 100, 23), port, services: NETWORK_WITNESS, hoursAgo: 5 },
  { network: 1, address: Uint8Array.of(203, 0, 113, 77), port: 8333, services: NETWORK, hoursAgo: 70 },
  // RFC 3849.
  { network: 2, address: ipv6('20010db8', 1), port, services: NETWORK_WITNESS_P2P_V2, hoursAgo: 2 },
  { network: 2, address: ipv6('20010db80324', 0xbeef), port, services: NETWORK_WITNESS, hoursAgo: 30 },
  // Not the encoding of a point of the curve, so nobody's public key.
  {
    network: 4,
    address: unreachable('Peerglass demo, not a public key', 32),
    port,
    services: NETWORK_WITNESS_P2P_V2,
    hoursAgo: 3,
  },
  {
    network: 5,
    address: unreachable('Peerglass demo, no destination', 32),
    port: NO_PORT,
    services: NETWORK_WITNESS,
    hoursAgo: 8,
  },
  {
    network: 6,
    address: concatBytes(Uint8Array.of(0xfc), unreachable('Peerglass demo', 15)),
    port,
    services: NETWORK_WITNESS,
    hoursAgo: 12,
  },
  {
    network: 7,
    address: concatBytes(Uint8Array.of(0x02), unreachable('Peerglass demo', 15)),
    port,
    services: NETWORK_WITNESS,
    hoursAgo: 20,
  },
];

function ipv6(prefix: string, host: number): Uint8Array {
  return fromHex(prefix + host.toString(16).padStart(32 - prefix.length, '0'));
}

export function serveAddresses({ clock, wantsAddrV2, send }: Visit): void {
  const now = Math.floor(clock.now() / 1000);
  const entries = exampleAddresses.map(({ hoursAgo, ...entry }) => ({
    ...entry,
    time: now - hoursAgo * HOUR,
  }));
  if (wantsAddrV2) send('addrv2', { addresses: entries });
  else send('addr', { addresses: entries.flatMap(asAddr) });
}

const IPV4 = 1;
const IPV6 = 2;
const MAPPED = fromHex('00000000000000000000ffff');

/** The old message has room for IP addresses alone. */
function asAddr({ network, address, ...rest }: AddrV2Entry): AddrEntry[] {
  if (network === IPV4) return [{ ...rest, ip: concatBytes(MAPPED, address) }];
  return network === IPV6 ? [{ ...rest, ip: address }] : [];
}
