/** `--allow`: destinations that the operator adds to the public ones, by name, address or range, and port. */
import ipaddr from 'ipaddr.js';
import { networks } from '../shared/networks.js';
import { parseHost, parsePort } from '../shared/tunnel/address.js';

/** Where Bitcoin nodes listen by default; a public destination must use one of these. */
export const DEFAULT_PORTS: readonly number[] = Object.values(networks).map((network) => network.port);

type IpAddress = ipaddr.IPv4 | ipaddr.IPv6;

export type AllowRule = { readonly text: string; readonly ports: readonly number[] } & (
  | { readonly kind: 'name'; readonly name: string }
  /** An address alone is a range of one. */
  | { readonly kind: 'range'; readonly base: IpAddress; readonly bits: number }
);

/**
 * HOST, HOST:PORT, a CIDR range, or an IPv6 address or range in brackets with a port.
 * @throws {Error} whose message says what is wrong
 */
export function parseAllow(text: string): AllowRule {
  const { host, port } = splitPort(text.trim());
  const ports = port === undefined ? DEFAULT_PORTS : [parsePort(port)];
  const [address, bits, extra] = host.split('/') as [string, string?, string?];
  const parsed = parseHost(address);
  if (!ipaddr.isValid(parsed)) {
    if (bits !== undefined) throw new Error('a range needs an address before the slash');
    return { kind: 'name', name: parsed, ports, text };
  }
  const base = ipaddr.parse(parsed);
  const most = base.kind() === 'ipv4' ? 32 : 128;
  if (extra !== undefined || !/^\d{1,3}$/.test(bits ?? String(most)) || Number(bits ?? most) > most) {
    throw new Error(`a range ends in a number from 0 to ${most}`);
  }
  return { kind: 'range', base, bits: Number(bits ?? most), ports, text };
}

function splitPort(text: string): { host: string; port?: string } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(text);
  if (bracketed !== null) {
    return bracketed[2] === undefined ? { host: bracketed[1]! } : { host: bracketed[1]!, port: bracketed[2] };
  }
  const parts = text.split(':');
  return parts.length === 2 ? { host: parts[0]!, port: parts[1]! } : { host: text };
}

/** Whether the operator allowed this name, or this address, on this port. */
export function isAllowed(rules: readonly AllowRule[], host: string, port: number): boolean {
  const address = ipaddr.isValid(host) ? ipaddr.parse(host) : undefined;
  return rules.some((rule) => {
    if (!rule.ports.includes(port)) return false;
    if (rule.kind === 'name') return rule.name === host;
    return (
      address !== undefined && address.kind() === rule.base.kind() && address.match(rule.base, rule.bits)
    );
  });
}
