/**
 * Where tunnels may lead. BIP324's ciphertext cannot be told from noise, so the destination is all that the bridge can
 * judge: an allow rule, never a list of what is forbidden. A name is resolved once, all its answers are judged, and
 * the judged addresses are what is dialled.
 */
import { isIP, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';
import { type CloseName } from '../shared/tunnel/close-codes.js';
import { DEMO_HOST, isDemoHost, misbehaviourOfHost, type NodeAddress } from '../shared/tunnel/address.js';
import { type AllowRule, DEFAULT_PORTS, isAllowed } from './allow.js';
import { type Clock } from './clock.js';
import { type Resolve, resolveWithin } from './lookup.js';

export type Decision =
  /** Try them in this order; never empty. */
  | { readonly allowed: true; readonly addresses: readonly string[]; readonly port: number }
  | { readonly allowed: false; readonly refusal: CloseName };

/** The embedded node, and where it misbehaves in which way: undefined for a way that it does not know. */
export interface DemoDestination extends NodeAddress {
  misbehaving(name: string): Promise<NodeAddress | undefined>;
}

export interface PolicyOptions {
  readonly allow: readonly AllowRule[];
  readonly resolve: Resolve;
  readonly clock: Clock;
  /** Calls look-ups off: the bridge is closing. */
  readonly signal?: AbortSignal;
  readonly demo: DemoDestination | undefined;
  /** Whether this is where the bridge itself listens. */
  readonly isSelf: (address: string, port: number) => boolean;
}

const RESOLVE_MS = 5000;

/** More answers than any node's name has. */
const MAX_ANSWERS = 16;

/** How many of the judged addresses are tried. */
const MAX_TRIED = 3;

export async function decide(target: NodeAddress, options: PolicyOptions): Promise<Decision> {
  const { host, port } = target;
  const { allow, demo, resolve, clock, signal } = options;
  if (isDemoHost(host)) return decideDemo(host, demo); // and no DNS server is told
  if (isIP(host) !== 0) {
    const refusal = judgeAddress(host, port, options);
    return refusal === undefined ? { allowed: true, addresses: [host], port } : refuse(refusal);
  }
  if (/(^|\.)(onion|i2p)$/.test(host)) return refuse('unsupported-network'); // and no DNS server is told
  const namedByOperator = isAllowed(allow, host, port);
  // Refused before a look-up, so that the bridge is no oracle for what names resolve to.
  if (!namedByOperator && !DEFAULT_PORTS.includes(port) && !allow.some((rule) => rule.ports.includes(port))) {
    return refuse('refused-port');
  }
  const answers = await resolveWithin(RESOLVE_MS, { name: host, resolve, clock, signal });
  if (answers.length === 0) return refuse('unresolvable');
  if (answers.length > MAX_ANSWERS) return refuse('refused-name');
  for (const address of answers) {
    const refusal = namedByOperator
      ? judgeNamed(address, port, options)
      : judgeAddress(address, port, options);
    if (refusal !== undefined) return refuse(refusal === 'refused-address' ? 'refused-name' : refusal);
  }
  return { allowed: true, addresses: answers.slice(0, MAX_TRIED), port };
}

async function decideDemo(host: string, demo: DemoDestination | undefined): Promise<Decision> {
  if (demo === undefined) return refuse('no-demo');
  const node = host === DEMO_HOST ? demo : await demo.misbehaving(misbehaviourOfHost(host)!);
  if (node === undefined) return refuse('no-such-misbehaviour');
  return { allowed: true, addresses: [node.host], port: node.port };
}

const refuse = (refusal: CloseName): Decision => ({ allowed: false, refusal });

function judgeAddress(
  address: string,
  port: number,
  { allow, isSelf }: PolicyOptions,
): CloseName | undefined {
  if (isIP(address) === 0 || address.includes('%')) return 'refused-address';
  if (isSelf(address, port)) return 'refused-self';
  if (isAllowed(allow, address, port)) return undefined;
  if (!isPublicUnicast(address)) return 'refused-address';
  return DEFAULT_PORTS.includes(port) ? undefined : 'refused-port';
}

/** Answers for a name that the operator wrote down: their own network too, but only single hosts on it. */
function judgeNamed(address: string, port: number, { isSelf }: PolicyOptions): CloseName | undefined {
  if (isIP(address) === 0 || address.includes('%')) return 'refused-address';
  if (isSelf(address, port)) return 'refused-self';
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
