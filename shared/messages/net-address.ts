import { endpointToString, ipInput, ipToString } from './ip.js';
import { shown, type Layout } from './layout.js';
import { bytes, u16be } from './leaves.js';
import { services } from './services.js';
import { struct } from './struct.js';

/** An address as `version` carries it: 26 bytes, without the time that `addr` puts before it. */
export interface NetAddress {
  services: bigint;
  /** 16 bytes: an IPv6 address, or an IPv4 one behind ::ffff:. */
  ip: Uint8Array;
  port: number;
}

/** ::, port 0, no services: what a peer sends that has nothing to say about an address. */
export function unspecifiedAddress(): NetAddress {
  return { services: 0n, ip: new Uint8Array(16), port: 0 };
}

export const netAddress: Layout<NetAddress> = shown<NetAddress>(
  struct({ services, ip: bytes(16, 'ip', ipToString, ipInput), port: u16be }),
  {
    kind: 'netAddress',
    text: ({ ip, port }) => endpointToString(ip, port),
  },
);
