/**
 * `--allow` and `--deny`: destinations that the operator adds to the public ones, or takes away, by name, address or
 * range, and port.
 */
import ipaddr from 'ipaddr.js';
import { networks } from '../shared/networks.js';
import { parseHost, parsePort } from '../shared/tunnel/address.js';
import { readings } from './embedded.js';

/** Where Bitcoin nodes listen by default; a public destination must use one of these. */
export const DEFAULT_PORTS: readonly number[] = Object.values(networks).map((network) => network.port);

type IpAddress = ipaddr.IPv4 | ipaddr.IPv6;

export type AllowRule = {
  readonly text: string;
  /** Undefined, of a rule that denies: every port. */
  readonly ports: readonly number[] | undefined;
} & (
  | { readonly kind: 'name'; readonly name: string }
  /** An address alone is a range of one. */
  | { readonly kind: 'range'; readonly base: IpAddress; readonly bits: number }
  /** `*:PORT`: of --allow every public destination, of --deny every one, on that port. */
  | { readonly kind: 'any' }
);

/**
 * HOST, HOST:PORT, a CIDR range, an IPv6 address or range in brackets with a port, or *:PORT.
 * @throws {Error} whose message says what is wrong
 */
export const parseAllow = (text: string): AllowRule => parseRule(text, DEFAULT_PORTS);

/** The same; without a port every port is meant. @throws {Error} whose message says what is wrong */
export const parseDeny = (text: string): AllowRule => parseRule(text, undefined);

function parseRule(text: string, defaultPorts: readonly number[] | undefined): AllowRule {
  const { host, port } = splitPort(text.trim());
  const ports = port === undefined ? defaultPorts : [parsePort(port)];
  if (host === '*') {
    if (port === undefined) throw new Error('* needs a port: *:PORT');
    return { kind: 'any', ports, text };
  }
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

const isInRange = (address: IpAddress, rule: AllowRule): boolean =>
  rule.kind === 'range' && address.kind() === rule.base.kind() && address.match(rule.base, rule.bits);

/** Whether the operator allowed this very name, or this address, on this port. */
export function isAllowed(rules: readonly AllowRule[], host: string, port: number): boolean {
  const address = ipaddr.isValid(host) ? ipaddr.parse(host) : undefined;
  return rules.some((rule) => {
    if (rule.ports?.includes(port) === false) return false;
    if (rule.kind === 'name') return rule.name === host;
    return address !== undefined && isInRange(address, rule);
  });
}

/** Whether a public destination may use this port. */
export const isPortAllowed = (rules: readonly AllowRule[], port: number): boolean =>
  DEFAULT_PORTS.includes(port) ||
  rules.some(({ kind, ports }) => kind === 'any' && ports?.includes(port) === true);

/**
 * Whether the operator denied this name or one above it, or this address in any way to read it, on this port: an
 * IPv4 range also denies what only carries one of its addresses inside an IPv6 address.
 */
export function isDenied(rules: readonly AllowRule[], host: string, port: number): boolean {
  if (rules.length === 0) return false;
  const addresses = readings(host);
  return rules.some((rule) => {
    if (rule.ports?.includes(port) === false) return false;
    if (rule.kind === 'any') return true;
    if (rule.kind === 'name') return host === rule.name || host.endsWith(`.${rule.name}`);
    return addresses.some((address) => isInRange(address, rule));
  });
}
