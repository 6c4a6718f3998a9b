/**
 * Node addresses as people type them: `HOST`, `HOST:PORT`, `[v6]:PORT`, a bare IPv6 address, `demo`. Only the
 * writing is judged here; whether a destination may be dialled is the bridge's decision.
 */

export interface NodeAddress {
  /** Lower case: an IPv4 address, an IPv6 address without brackets, a name, or `demo`. */
  readonly host: string;
  /** 1…65535 */
  readonly port: number;
}

export type NodeAddressErrorCode =
  | 'address-empty'
  | 'address-characters'
  | 'address-zone'
  | 'address-ipv4'
  | 'address-ipv6'
  | 'address-name'
  | 'address-port';

/** What was typed is not an address. */
export class NodeAddressError extends Error {
  override readonly name = 'NodeAddressError';
  readonly code: NodeAddressErrorCode;
  /** What a person can do about it. */
  readonly hint: string;

  constructor(code: NodeAddressErrorCode, message: string, hint: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

/** The host that stands for the bridge's embedded node, whatever the port. */
export const DEMO_HOST = 'demo';

/** `NAME.demo` is the embedded node that misbehaves in the way of that name; `demo` is no top-level domain. */
const MISBEHAVING_SUFFIX = `.${DEMO_HOST}`;

/** The name of the misbehaviour that a host stands for; whether there is such a one the bridge knows. */
export function misbehaviourOfHost(host: string): string | undefined {
  return host.endsWith(MISBEHAVING_SUFFIX) ? host.slice(0, -MISBEHAVING_SUFFIX.length) : undefined;
}

export const hostOfMisbehaviour = (name: string): string => `${name}${MISBEHAVING_SUFFIX}`;

/** Whether the host is inside the bridge: on regtest, and without a port. */
export function isDemoHost(host: string): boolean {
  return host === DEMO_HOST || misbehaviourOfHost(host) !== undefined;
}

const EXAMPLES = 'Write for example 203.0.113.5, [2001:db8::5]:8333, node.example:8333 or demo.';
const MAX_NAME = 253; // RFC 1035, 2.3.4, without the root's dot
const MAX_LABEL = 63;

/** @throws {NodeAddressError} */
export function parseNodeAddress(text: string, defaultPort: number): NodeAddress {
  const typed = text.trim();
  if (typed.includes('://')) {
    throw new NodeAddressError('address-name', 'That is a URL, and a node has none.', EXAMPLES);
  }
  if (typed.startsWith('[')) {
    const end = typed.indexOf(']');
    if (end < 0) throw new NodeAddressError('address-ipv6', 'The bracket is never closed.', EXAMPLES);
    const rest = typed.slice(end + 1);
    if (rest !== '' && !rest.startsWith(':')) {
      throw new NodeAddressError('address-port', 'After the bracket only :PORT may follow.', EXAMPLES);
    }
    return {
      host: parseHost(typed.slice(0, end + 1)),
      port: rest === '' ? defaultPort : parsePort(rest.slice(1)),
    };
  }
  const colon = typed.indexOf(':');
  // Two colons and no brackets: an IPv6 address alone; its last group is never a port.
  if (colon < 0 || typed.includes(':', colon + 1)) return { host: parseHost(typed), port: defaultPort };
  return { host: parseHost(typed.slice(0, colon)), port: parsePort(typed.slice(colon + 1)) };
}

/**
 * A host with or without brackets, in lower case and without them.
 * @throws {NodeAddressError}
 */
export function parseHost(text: string): string {
  if (text === '') throw new NodeAddressError('address-empty', 'There is no address.', EXAMPLES);
  if (text.length > MAX_NAME + 1) {
    throw new NodeAddressError('address-name', `The name is longer than ${MAX_NAME} characters.`, EXAMPLES);
  }
  if (text.includes('%')) {
    throw new NodeAddressError(
      'address-zone',
      'Addresses with a zone (%…) cannot be used.',
      'Leave the zone out.',
    );
  }
  if (!/^[\x21-\x7e]+$/.test(text)) {
    throw new NodeAddressError(
      'address-characters',
      'The address has spaces, or characters that are not ASCII.',
      'Write an international name in its xn-- form, and digits as 0 to 9.',
    );
  }
  const bracketed = /^\[(.*)\]$/.exec(text);
  const host = (bracketed?.[1] ?? text).toLowerCase();
  if (bracketed !== null || host.includes(':')) {
    if (!isIPv6(host)) throw new NodeAddressError('address-ipv6', 'That is not an IPv6 address.', EXAMPLES);
    return host;
  }
  const labels = host.replace(/\.$/, '').split('.');
  // A last label that is a number makes an IPv4 address or nothing (WHATWG URL, "ends in a number"), so that
  // 127.1, 0x7f.1 and 2130706433 never reach a resolver that would read them as 127.0.0.1.
  if (/^(\d+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? '')) {
    if (isIPv4(host)) return host;
    throw new NodeAddressError('address-ipv4', 'An IPv4 address is four numbers from 0 to 255.', EXAMPLES);
  }
  const name = labels.join('.');
  const good = (label: string) =>
    label.length <= MAX_LABEL && /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$/.test(label);
  if (name.length > MAX_NAME || !labels.every(good)) {
    throw new NodeAddressError('address-name', 'That is neither an address nor a host name.', EXAMPLES);
  }
  return name;
}

/** @throws {NodeAddressError} */
export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) {
    throw new NodeAddressError('address-port', 'A port is a number from 1 to 65535.', EXAMPLES);
  }
  return port;
}

/** `HOST:PORT`, with an IPv6 address in brackets. */
export function formatNodeAddress({ host, port }: NodeAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Four decimal numbers without leading zeros: the only form that every resolver reads alike. */
function isIPv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

/** RFC 4291, 2.2: eight groups, one run of them as `::`, the last two perhaps as an IPv4 address. */
function isIPv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1)?.at(-1);
  const dotted = last?.includes('.') === true;
  if (dotted && !isIPv4(last)) return false;
  const hex = groups.flat().slice(0, dotted ? -1 : undefined);
  const count = hex.length + (dotted ? 2 : 0);
  return (
    hex.every((group) => /^[0-9a-f]{1,4}$/.test(group)) && (halves.length === 2 ? count < 8 : count === 8)
  );
}
