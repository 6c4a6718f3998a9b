import { EncodeError } from './error.js';

/**
 * Text from a peer is bytes without a promised encoding, and whoever shows it raw shows control characters, lone
 * surrogates and bidirectional overrides too. Here it becomes printable ASCII in a form that loses nothing:
 * 0x20–0x7e as they are except the backslash, which is doubled, and any other byte as \xNN.
 */
const escapes = Array.from({ length: 256 }, (_, byte) => {
  if (byte === 0x5c) return '\\\\';
  return byte >= 0x20 && byte <= 0x7e
    ? String.fromCharCode(byte)
    : `\\x${byte.toString(16).padStart(2, '0')}`;
});

export function escapeBytes(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += escapes[byte];
  return text;
}

/**
 * The bytes of an escaped text.
 * @throws {EncodeError} when the text is not what escapeBytes makes: every byte string has one text and no other
 */
export function unescapeText(text: string): Uint8Array {
  if (typeof text !== 'string') throw new EncodeError('invalid-value', 'a string is needed');
  const bytes: number[] = [];
  for (const [, hex, char] of text.matchAll(/\\x([0-9a-f]{2})|\\?([^])/g)) {
    bytes.push(hex === undefined ? char!.charCodeAt(0) : parseInt(hex, 16));
  }
  const encoded = Uint8Array.from(bytes);
  if (escapeBytes(encoded) !== text) {
    throw new EncodeError(
      'invalid-value',
      'printable ASCII is needed; other bytes as \\xNN, a backslash doubled',
    );
  }
  return encoded;
}
