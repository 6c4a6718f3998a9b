/**
 * Bytes as they are typed: hex with or without spaces, and for long ones `(bytes)*times`:
 * `fd51c3 (01000000 00)*50001`. It is read in one pass, and measured before anything is made.
 */
import { fromHex } from '../../../shared/bytes.js';
import { EncodeError } from '../../../shared/messages/index.js';

export const MAX_PAYLOAD = 4_000_000;
/** Two digits and a space for every byte. */
const MAX_TEXT = 3 * MAX_PAYLOAD;

const piece = /\s*(?:\(([\s0-9a-f]*)\)\s*[*×x]\s*(\d{1,7})(?!\d)|([0-9a-f][\s0-9a-f]*))/giy;

/** @throws {EncodeError} unreadable-text, limit-exceeded; the field is 'payload' */
export function parseRawHex(text: string): Uint8Array {
  if (text.length > MAX_TEXT) throw tooLong();
  const parts: { bytes: Uint8Array; times: number }[] = [];
  let size = 0;
  const { length } = text.trimEnd();
  let at = 0;
  while (at < length) {
    piece.lastIndex = at;
    const match = piece.exec(text);
    if (match === null) throw unreadable(`nothing can be read from character ${at + 1} on`);
    const digits = (match[1] ?? match[3] ?? '').replace(/\s+/g, '');
    if (digits.length % 2 !== 0)
      throw unreadable(`the bytes from character ${at + 1} on have half a byte too much`);
    const times = match[2] === undefined ? 1 : Number(match[2]);
    size += (digits.length / 2) * times;
    if (size > MAX_PAYLOAD) throw tooLong();
    parts.push({ bytes: fromHex(digits), times });
    at = piece.lastIndex;
  }
  const all = new Uint8Array(size);
  let end = 0;
  for (const { bytes, times } of parts) {
    if (bytes.length === 0) continue;
    if (bytes.length === 1) {
      all.fill(bytes[0]!, end, (end += times));
      continue;
    }
    for (let i = 0; i < times; i++, end += bytes.length) all.set(bytes, end);
  }
  return all;
}

const unreadable = (reason: string) =>
  new EncodeError(
    'unreadable-text',
    `hex is needed, with (bytes)*times for what repeats: ${reason}`,
    'payload',
  );
const tooLong = () =>
  new EncodeError(
    'limit-exceeded',
    'a payload has at most 4,000,000 bytes: real nodes take no more',
    'payload',
  );
