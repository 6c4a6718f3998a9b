import { toHex } from '../../shared/bytes.js';
import { networks } from '../../shared/networks.js';
import type { Failure, FailureCode, Target } from './protocol.js';

/** What is known when a connection ends. */
export interface Evidence {
  readonly target: Target;
  /** Bytes that we had to send. */
  readonly sent: number;
  /** Bytes received on the wire, and the first of them. */
  readonly received: number;
  readonly head: Uint8Array;
  readonly reached: Reached;
  /** The page's own: 'http://127.0.0.1:8324'. */
  readonly origin: string;
}

/**
 * How far the session came. Over v2: with the terminator found it is certain that the peer speaks v2, on our
 * network; from the version packet on ('encrypted') it has authenticated. Over v1 nothing comes before 'ready'.
 */
export type Reached = 'nothing' | 'terminator' | 'encrypted' | 'ready';

export interface Words {
  readonly message: string;
  readonly hint: string;
  readonly command?: string;
}

export function make(
  code: FailureCode,
  title: string,
  evidence: Evidence,
  cause: string,
  words: Words,
): Failure {
  return { code, title, cause, seen: seen(evidence), ...words };
}

const SHOWN_BYTES = 16;

/** What came over the wire. Ciphertext and public keys alone: nothing here is a secret. */
function seen({ received, head, reached }: Evidence): string[] {
  if (received === 0) return ['received: 0 bytes'];
  if (reached !== 'nothing') return [`received: ${received} bytes`];
  const start = head.subarray(0, SHOWN_BYTES);
  const hex = toHex(start).replace(/..(?=.)/g, '$& ');
  const more = received > start.length ? ' …' : '';
  const text = printable(start);
  const lines = [`received: ${received} bytes, beginning ${hex}${more}`];
  if (plainText.test(text)) lines.push(`as text: ${printable(head)}${received > head.length ? '…' : ''}`);
  return lines;
}

/** Sixteen random bytes look like this once in about 10⁷ connections. */
const plainText = /^[\x20-\x7e]{16}/;

const printable = (bytes: Uint8Array): string =>
  String.fromCharCode(...bytes)
    .replace(/[\r\n]+/g, ' ')
    .replace(/[^\x20-\x7e]/g, '·');

export const sentence = (text: string): string => {
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(start) ? start : `${start}.`;
};
export const sentences = ({ message, hint }: Words): Words => ({
  message: sentence(message),
  hint: sentence(hint),
});

/** What came is text: whatever answers there, it is no node. */
export function noNode(evidence: Evidence, cause: string, happened: string): Failure | undefined {
  const text = printable(evidence.head);
  const { label, port } = networks[evidence.target.network];
  if (/^HTTP\//.test(text)) {
    return make('http', 'This is a web server, not a node', evidence, cause, {
      message: 'It answered with HTTP.',
      hint: `Give the node’s P2P port; on ${label} that is usually ${port}.`,
    });
  }
  if (!plainText.test(text)) return undefined;
  return make('other-network', 'Another service answers on this port', evidence, cause, {
    message: `${happened} What came is plain text, and nothing in ${evidence.target.protocol} looks like that.`,
    hint: 'Give the node’s P2P port.',
  });
}

export function brokenOff(evidence: Evidence, cause: string): Failure {
  return make('peer', 'The node broke the session off', evidence, cause, {
    message: 'The session was ready, and then the connection was reset.',
    hint: 'The node may have restarted, or it did not want this peer any longer. Connect again.',
  });
}
