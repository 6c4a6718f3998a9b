/**
 * Where tunnels may lead. BIP324's ciphertext cannot be told from noise, so the destination is all that the bridge can
 * judge: an allow rule, never a list of what is forbidden; what the operator denies comes off it. A name is resolved
 * once, all its answers are judged, and the judged addresses are what is dialled. Names that a proxy resolves are the
 * exception: there the proxy judges.
 */
import { isIP, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';
import { type CloseName } from '../shared/tunnel/close-codes.js';
import { DEMO_HOST, isDemoHost, misbehaviourOfHost, type NodeAddress } from '../shared/tunnel/address.js';
import { type AllowRule, isAllowed, isDenied, isPortAllowed } from './allow.js';
import { type Clock } from './clock.js';
import { type Resolve, resolveWithin } from './lookup.js';
import { isOverlayName, isWholeOverlayName, isLocalName } from './names.js';
import { type Own } from './own.js';

export interface Route {
  /** `proxy`: handed to the SOCKS5 proxy. */
  readonly via: 'direct' | 'proxy';
  /** Try them in this order; never empty. Addresses, or one name that the proxy resolves. */
  readonly hosts: readonly string[];
  readonly port: number;
}

export type Decision =
  ({ readonly allowed: true } & Route) | { readonly allowed: false; readonly refusal: CloseName };

/** The embedded node, and where it misbehaves in which way: undefined for a way that it does not know. */
export interface DemoDestination extends NodeAddress {
  misbehaving(name: string): Promise<NodeAddress | undefined>;
}

/**
 * What goes through the SOCKS5 proxy: onion and I2P names alone; every destination outside the operator's own network,
 * names unresolved; or those too, but resolved and judged here first, which tells a DNS server.
 */
export type Proxied = 'overlays' | 'all' | 'all-resolved';

export interface PolicyOptions {
  readonly allow: readonly AllowRule[];
  readonly deny: readonly AllowRule[];
  /** Undefined: there is no proxy. */
  readonly proxied: Proxied | undefined;
  readonly resolve: Resolve;
  readonly clock: Clock;
  /** Calls look-ups off: the bridge is closing. */
  readonly signal?: AbortSignal;
  readonly demo: DemoDestination | undefined;
  readonly own: Own;
}

const RESOLVE_MS = 5000;

/** More answers than any node's name has. */
const MAX_ANSWERS = 16;

/** How many of the judged addresses are tried. */
const MAX_TRIED = 3;

export async function decide({ host, port }: NodeAddress, options: PolicyOptions): Promise<Decision> {
  const { deny, demo, own } = options;
  if (isDemoHost(host)) return decideDemo(host, demo); // and no DNS server is told
  if (isDenied(deny, host, port)) return refuse('refused-deny');
  if (isIP(host) !== 0) {
    const refusal = await judgeAddress(host, port, options);
    return refusal === undefined ? route([host], port, options) : refuse(refusal);
  }
  if (own.isPublicName(host, port)) return refuse('refused-self');
  if (isOverlayName(host)) return decideOverlay(host, port, options); // and no DNS server is told
  return options.proxied === 'all' ? decideUnresolved(host, port, options) : decideName(host, port, options);
}

async function decideDemo(host: string, demo: DemoDestination | undefined): Promise<Decision> {
  if (demo === undefined) return refuse('no-demo');
  const node = host === DEMO_HOST ? demo : await demo.misbehaving(misbehaviourOfHost(host)!);
  if (node === undefined) return refuse('no-such-misbehaviour');
  return { allowed: true, via: 'direct', hosts: [node.host], port: node.port };
}

function decideOverlay(host: string, port: number, { allow, proxied }: PolicyOptions): Decision {
  if (proxied === undefined) return refuse('unsupported-network');
  if (!isWholeOverlayName(host)) return refuse('bad-onion');
  if (!isPortAllowed(allow, port) && !isAllowed(allow, host, port)) return refuse('refused-port');
  return { allowed: true, via: 'proxy', hosts: [host], port };
}

/** What the name leads to is for the proxy to judge; what means a machine near the proxy is refused by its name. */
function decideUnresolved(host: string, port: number, { allow }: PolicyOptions): Decision {
  if (isLocalName(host)) return refuse('refused-name');
  if (!isPortAllowed(allow, port) && !isAllowed(allow, host, port)) return refuse('refused-port');
  return { allowed: true, via: 'proxy', hosts: [host], port };
}

async function decideName(host: string, port: number, options: PolicyOptions): Promise<Decision> {
  const { allow, deny, resolve, clock, signal } = options;
  const namedByOperator = isAllowed(allow, host, port);
  // Refused before a look-up, so that the bridge is no oracle for what names resolve to.
  if (!namedByOperator && !isPortAllowed(allow, port) && !allow.some(({ ports }) => ports?.includes(port))) {
    return refuse('refused-port');
  }
  const answers = await resolveWithin(RESOLVE_MS, { name: host, resolve, clock, signal });
  if (answers.length === 0) return refuse('unresolvable');
  if (answers.length > MAX_ANSWERS) return refuse('refused-name');
  for (const address of answers) {
    if (isDenied(deny, address, port)) return refuse('refused-deny');
    const refusal = await (namedByOperator ? judgeNamed : judgeAddress)(address, port, options);
    if (refusal !== undefined) return refuse(refusal === 'refused-address' ? 'refused-name' : refusal);
  }
  return route(answers, port, options);
}

const refuse = (refusal: CloseName): Decision => ({ allowed: false, refusal });

/** To judged addresses: a proxy would not reach the operator's own network. */
function route(addresses: readonly string[], port: number, { proxied }: PolicyOptions): Decision {
  const near = addresses.filter((address) => !isPublicUnicast(address));
  const far = proxied === 'all' || proxied === 'all-resolved' ? 'proxy' : 'direct';
  const [via, hosts] =
    far === 'proxy' && near.length > 0 ? (['direct', near] as const) : ([far, addresses] as const);
  return { allowed: true, via, hosts: hosts.slice(0, MAX_TRIED), port };
}

async function judgeAddress(
  address: string,
  port: number,
  { allow, own }: PolicyOptions,
): Promise<CloseName | undefined> {
  if (isIP(address) === 0 || address.includes('%')) return 'refused-address';
  const place = await own.ofAddress(address, port);
  if (place === 'bridge') return 'refused-self';
  if (isAllowed(allow, address, port)) return undefined;
  if (!isPublicUnicast(address)) return 'refused-address';
  if (place === 'machine') return 'refused-own';
  return isPortAllowed(allow, port) ? undefined : 'refused-port';
}

/** Answers for a name that the operator wrote down: their own network too, but only single hosts on it. */
async function judgeNamed(
  address: string,
  port: number,
  { own }: PolicyOptions,
): Promise<CloseName | undefined> {
  if (isIP(address) === 0 || address.includes('%')) return 'refused-address';
  if ((await own.ofAddress(address, port)) === 'bridge') return 'refused-self';
  const reachable = ['loopback', 'private', 'uniqueLocal', 'carrierGradeNat'].includes(
    ipaddr.parse(address).range(),
  );
  return reachable || isPublicUnicast(address) ? undefined : 'refused-address';
}

/** A plain address of one host on the public Internet. */
export function isPublicUnicast(address: string): boolean {
  if (isIP(address) === 0 || address.includes('%')) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  // ipaddr.js also calls 200::1 and ::2 unicast; the Internet's addresses are in 2000::/3 (RFC 4291, 2.4; IANA).
  return !isIPv6(address) || parsed.match(ipaddr.parse('2000::'), 3);
}
