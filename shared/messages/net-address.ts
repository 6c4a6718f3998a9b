import { toHex } from '../bytes.js';
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

const mappedPrefix = '00000000000000000000ffff';

/** An IP address as people write it: dotted for IPv4, otherwise as RFC 5952 says. */
export function ipToString(ip: Uint8Array): string {
  const hex = toHex(ip);
  if (hex.startsWith(mappedPrefix)) return ip.subarray(12).join('.');
  const groups = (hex.match(/.{4}/g) ?? []).map((group) => group.replace(/^0{1,3}/, '')).join(':');
  // The longest run of two or more zero groups becomes '::'; of equally long ones the first.
  const runs = [...groups.matchAll(/(?<![^:])0(?::0)+(?![^:])/g)].sort((a, b) => b[0].length - a[0].length);
  const longest = runs[0];
  if (longest === undefined) return groups;
  const before = groups.slice(0, longest.index).replace(/:$/, '');
  const after = groups.slice(longest.index + longest[0].length).replace(/^:/, '');
  return `${before}::${after}`;
}

/** ::, port 0, no services: what a peer sends that has nothing to say about an address. */
export function unspecifiedAddress(): NetAddress {
  return { services: 0n, ip: new Uint8Array(16), port: 0 };
}

export const netAddress: Layout<NetAddress> = shown<NetAddress>(
  struct({ services, ip: bytes(16, 'ip', ipToString), port: u16be }),
  {
    kind: 'netAddress',
    text: ({ ip, port }) =>
      toHex(ip).startsWith(mappedPrefix) ? `${ipToString(ip)}:${port}` : `[${ipToString(ip)}]:${port}`,
  },
);
