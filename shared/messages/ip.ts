/** IP addresses as people write them: dotted for IPv4, otherwise as RFC 5952 says. */
import { toHex } from '../bytes.js';
import { unreadable } from './input.js';
import { type Input } from './layout.js';

const IPV6_BYTES = 16;
/** An IPv4 address in an IPv6 one, as `version` and `addr` carry it. */
export const MAPPED_IPV4 = '00000000000000000000ffff';

export const isMappedIpv4 = (ip: Uint8Array): boolean => toHex(ip).startsWith(MAPPED_IPV4);

/** @param ip 16 bytes: an IPv6 address, or an IPv4 one behind ::ffff: */
export function ipToString(ip: Uint8Array): string {
  return isMappedIpv4(ip) ? ip.subarray(12).join('.') : ipv6ToString(ip);
}

/** @param ip 16 bytes */
export function ipv6ToString(ip: Uint8Array): string {
  if (isMappedIpv4(ip)) return `::ffff:${ip.subarray(12).join('.')}`;
  const groups = (toHex(ip).match(/.{4}/g) ?? []).map((group) => group.replace(/^0{1,3}/, '')).join(':');
  // The longest run of two or more zero groups becomes '::'; of equally long ones the first.
  const runs = [...groups.matchAll(/(?<![^:])0(?::0)+(?![^:])/g)].sort((a, b) => b[0].length - a[0].length);
  const longest = runs[0];
  if (longest === undefined) return groups;
  const before = groups.slice(0, longest.index).replace(/:$/, '');
  const after = groups.slice(longest.index + longest[0].length).replace(/^:/, '');
  return `${before}::${after}`;
}

/** Host and port as people write them. @param ip 16 bytes */
export function endpointToString(ip: Uint8Array, port: number): string {
  return isMappedIpv4(ip) ? `${ipToString(ip)}:${port}` : `[${ipToString(ip)}]:${port}`;
}

/** The 4 bytes of a dotted address; undefined for any other text. */
export function parseIpv4(text: string): Uint8Array | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1);
  // A zero in front means octal to some.
  const fine = parts?.every((part) => Number(part) <= 255 && String(Number(part)) === part);
  return fine === true ? Uint8Array.from(parts!, Number) : undefined;
}

/** The 16 bytes of an IPv6 address, with or without brackets; undefined for any other text. */
export function parseIpv6(text: string): Uint8Array | undefined {
  const bare = /^\[(.*)\]$/.exec(text)?.[1] ?? text;
  if (bare.length > 45 || !bare.includes(':')) return undefined;
  const halves = bare.split('::');
  if (halves.length > 2) return undefined;
  const [front, back] = halves.map(groupBytes);
  if (front === undefined || (halves.length === 2 && back === undefined)) return undefined;
  const zeros = IPV6_BYTES - front.length - (back?.length ?? 0);
  // '::' stands for one group of zeros at least.
  if (back === undefined ? zeros !== 0 : zeros < 2) return undefined;
  return Uint8Array.from([...front, ...Array<number>(Math.max(0, zeros)).fill(0), ...(back ?? [])]);
}

/** Groups of four hex digits; the last may be two of them as a dotted IPv4 address. */
function groupBytes(half: string): number[] | undefined {
  if (half === '') return [];
  const bytes: number[] = [];
  const groups = half.split(':');
  for (const [i, group] of groups.entries()) {
    const dotted = i === groups.length - 1 ? parseIpv4(group) : undefined;
    if (dotted !== undefined) bytes.push(...dotted);
    else if (/^[0-9a-f]{1,4}$/i.test(group)) bytes.push(parseInt(group, 16) >> 8, parseInt(group, 16) & 255);
    else return undefined;
  }
  return bytes;
}

/** The 16 bytes in which an IPv4 address travels. */
export function mappedIpv4(address: Uint8Array): Uint8Array {
  const ip = new Uint8Array(IPV6_BYTES);
  ip.fill(0xff, 10, 12);
  ip.set(address, 12);
  return ip;
}

const hint = 'an IPv4 or IPv6 address';

export const ipInput: Input<Uint8Array> = {
  hint,
  initial: new Uint8Array(IPV6_BYTES),
  parse(text) {
    const ipv4 = parseIpv4(text.trim());
    const ip = ipv4 === undefined ? parseIpv6(text.trim()) : mappedIpv4(ipv4);
    if (ip === undefined) throw unreadable(hint);
    return ip;
  },
  print: ipToString,
};
