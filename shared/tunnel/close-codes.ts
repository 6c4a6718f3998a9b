/**
 * How a tunnel ends, as close codes 4000–4999, because a page cannot see an HTTP status: one table for the bridge,
 * which sends code and sentence, and for the page, which shows sentence and hint.
 * 40xx the connection's life, 41xx refused by policy, 42xx dialling, 43xx limits, 44xx misuse, 45xx the bridge itself.
 */
import { formatNodeAddress, type NodeAddress } from './address.js';

interface CloseRow {
  readonly code: number;
  /** What happened, for people. */
  readonly sentence: string;
  /** What a person can do about it. */
  readonly hint: string;
  /** The one who runs the bridge can lift this refusal with `--allow`. */
  readonly allowable?: true;
  /** For clients that offer no subprotocol: the HTTP status before the upgrade. */
  readonly status?: 400 | 401 | 403 | 429 | 503;
}

const ALLOW_HINT = 'If the bridge is yours, start it with:';

export const closeCodes = {
  'target-closed': { code: 4000, sentence: 'The node closed the connection.', hint: 'Connect again.' },
  'target-reset': {
    code: 4001,
    sentence: 'The node broke the connection off (TCP reset).',
    hint: 'It may have restarted, or it refuses this kind of connection.',
  },
  silent: {
    code: 4002,
    sentence: 'The node accepted the connection and then said nothing.',
    hint: 'Check that the port is the node’s P2P port and that it speaks v2 (BIP324).',
  },
  idle: { code: 4003, sentence: 'No byte came or went for too long.', hint: 'Connect again.' },
  stalled: {
    code: 4004,
    sentence: 'Bytes were waiting and one side did not take them for too long.',
    hint: 'Connect again; a page in the background may have been put to sleep.',
  },
  'refused-address': {
    code: 4100,
    sentence: 'The bridge does not connect to private addresses.',
    hint: ALLOW_HINT,
    allowable: true,
    status: 403,
  },
  'refused-name': {
    code: 4101,
    sentence: 'That name leads to a private address, and the bridge does not connect there.',
    hint: ALLOW_HINT,
    allowable: true,
    status: 403,
  },
  'refused-port': {
    code: 4102,
    sentence: 'The bridge connects only to the usual Bitcoin ports.',
    hint: ALLOW_HINT,
    allowable: true,
    status: 403,
  },
  'refused-self': {
    code: 4103,
    sentence: 'That is the bridge itself.',
    hint: 'Give the address of a Bitcoin node, or demo.',
    status: 403,
  },
  'bad-address': {
    code: 4104,
    sentence: 'That is not an address the bridge can read.',
    hint: 'Write HOST:PORT, [v6]:PORT or demo.',
    status: 400,
  },
  'unsupported-network': {
    code: 4105,
    sentence: 'The bridge cannot reach onion or I2P addresses.',
    hint: 'Use an IPv4 or IPv6 address, or a name. If the bridge is yours, start it with --socks5 HOST:PORT of Tor or I2P.',
    status: 403,
  },
  'no-demo': {
    code: 4106,
    sentence: 'This bridge runs without its demo node.',
    hint: 'Start it without --no-demo, or connect to another node.',
    status: 403,
  },
  'no-such-misbehaviour': {
    code: 4107,
    sentence: 'The demo node does not misbehave in a way of that name.',
    hint: 'The page lists all ways under “Nodes that misbehave”, and the bridge under /v1/info.',
    status: 403,
  },
  'refused-own': {
    code: 4108,
    sentence: 'That address is the bridge’s own machine.',
    hint: ALLOW_HINT,
    allowable: true,
    status: 403,
  },
  'bad-onion': {
    code: 4109,
    sentence: 'That is not a whole onion name (version 3) or I2P name (b32).',
    hint: 'Copy it again: 56 letters and digits before .onion, or 52 before .b32.i2p.',
    status: 400,
  },
  'refused-deny': {
    code: 4110,
    sentence: 'Whoever runs this bridge does not let it connect there.',
    hint: 'Choose another node, or ask them.',
    status: 403,
  },
  'access-needed': {
    code: 4111,
    sentence: 'This bridge asks for an access key.',
    hint: 'Ask whoever runs it for the key.',
    status: 401,
  },
  'access-denied': {
    code: 4112,
    sentence: 'That is not the access key of this bridge.',
    hint: 'Check its spelling, or ask whoever runs the bridge.',
    status: 401,
  },
  unresolvable: {
    code: 4200,
    sentence: 'That name leads to no address.',
    hint: 'Check the spelling, or the bridge’s DNS.',
    status: 400,
  },
  unreachable: {
    code: 4201,
    sentence: 'The node cannot be reached.',
    hint: 'Check the address, and the bridge’s own network.',
  },
  'connection-refused': {
    code: 4202,
    sentence: 'Nothing answers on that port.',
    hint: 'Check that the node runs and listens, and its port.',
  },
  'connect-timeout': {
    code: 4203,
    sentence: 'The node did not answer in time.',
    hint: 'It may be offline, or a firewall drops the attempt.',
  },
  'proxy-failed': {
    code: 4204,
    sentence: 'The bridge’s SOCKS5 proxy does not work, or refuses that destination.',
    hint: 'Try again later. If the bridge is yours, check that the proxy (Tor, I2P) runs.',
  },
  'limit-client': {
    code: 4300,
    sentence: 'There are too many tunnels from your address.',
    hint: 'Close one, then connect again.',
    status: 429,
  },
  'limit-total': {
    code: 4301,
    sentence: 'The bridge is full.',
    hint: 'Try again later.',
    status: 503,
  },
  'limit-opens': {
    code: 4302,
    sentence: 'Too many tunnels were opened from your address in the last minute.',
    hint: 'Wait a minute, then connect again.',
    status: 429,
  },
  'limit-all-opens': {
    code: 4303,
    sentence: 'Too many tunnels were opened through this bridge in the last minute.',
    hint: 'Wait a minute, then connect again.',
    status: 503,
  },
  'limit-destinations': {
    code: 4304,
    sentence: 'Your address has asked for too many different nodes in the last hour.',
    hint: 'Connect to one of those again, or wait an hour.',
    status: 429,
  },
  'limit-failures': {
    code: 4305,
    sentence: 'Too many attempts from your address failed in the last hour.',
    hint: 'Wait an hour, then connect again.',
    status: 429,
  },
  'limit-bytes': {
    code: 4306,
    sentence: 'Your address has used up its bytes of this day.',
    hint: 'Connect again tomorrow, or run a bridge of your own.',
    status: 429,
  },
  'limit-all-bytes': {
    code: 4307,
    sentence: 'The bridge has used up its bytes of this day.',
    hint: 'Connect again tomorrow, or run a bridge of your own.',
    status: 503,
  },
  'bad-control': {
    code: 4400,
    sentence: 'The client sent a text frame that is not a control message.',
    hint: 'Page and bridge may be of different versions: load the page again.',
  },
  'limit-words': {
    code: 4401,
    sentence: 'The client sent too many pings or messages that carry nothing.',
    hint: 'Ask less often.',
  },
  'shutting-down': {
    code: 4500,
    sentence: 'The bridge is shutting down.',
    hint: 'Start it again, then connect.',
    status: 503,
  },
  'bridge-failed': {
    code: 4501,
    sentence: 'The bridge had an error of its own.',
    hint: 'Connect again; if it stays, report it.',
    status: 503,
  },
  'unknown-proxy': {
    code: 4502,
    sentence: 'A proxy stands before this bridge, which was not told so (--trust-proxy, --public-url).',
    hint: 'If the bridge is yours, start it with --trust-proxy ADDRESS-OF-THE-PROXY --public-url URL: else all people count as one.',
    status: 503,
  },
} as const satisfies Record<string, CloseRow>;

export type CloseName = keyof typeof closeCodes;

export const closeRow = (name: CloseName): CloseRow => closeCodes[name];

export function closeNameOf(code: number): CloseName | undefined {
  return (Object.keys(closeCodes) as CloseName[]).find((name) => closeCodes[name].code === code);
}

/** The command that makes the bridge accept this destination. Brackets are quoted: some shells take them as a pattern. */
export function allowCommand(target: NodeAddress): string {
  const address = formatNodeAddress(target);
  return `npm start -- --allow ${address.startsWith('[') ? `"${address}"` : address}`;
}

/** RFC 6455, 5.5: a control frame holds 125 bytes, two of them the code. */
export const MAX_REASON_BYTES = 123;

/** The reason the bridge sends: the sentence, and the command that lifts the refusal if there is one and it fits. */
export function closeReason(name: CloseName, target?: NodeAddress): string {
  const { sentence, allowable } = closeRow(name);
  if (target === undefined || allowable !== true) return sentence;
  const full = `${sentence} Allow it: ${allowCommand(target)}`;
  const short = `Refused. Allow it: ${allowCommand(target)}`;
  return [full, short].find((reason) => byteLength(reason) <= MAX_REASON_BYTES) ?? sentence;
}

/** The hint a person sees, with the command that lifts the refusal if there is one. */
export function closeHint(name: CloseName, target: NodeAddress): string {
  const { hint, allowable } = closeRow(name);
  return allowable === true ? `${hint} ${allowCommand(target)}` : hint;
}

/** Cuts a text of our own to what a close frame can hold, between characters. */
export function fitReason(text: string): string {
  let kept = '';
  let bytes = 0;
  for (const char of text) {
    bytes += byteLength(char);
    if (bytes > MAX_REASON_BYTES) break;
    kept += char;
  }
  return kept;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
