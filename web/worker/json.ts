import { toHex } from '../../shared/bytes.js';
import { decodeMessage } from '../../shared/messages/index.js';
import type { JsonText } from './protocol.js';

/** Characters: a clipboard takes more, a person's editor hardly. */
const MAX_TEXT = 16 * 2 ** 20;

class TooLarge extends Error {}

/**
 * A message as JSON: bigints as decimal strings, bytes as hex in wire order. A type without a codec, or a payload
 * that is not what its type says, is bytes.
 */
export function jsonOf(type: string | undefined, payload: Uint8Array): JsonText {
  const message = type === undefined ? undefined : decodeMessage(type, payload);
  const value = { type, payload: message?.kind === 'decoded' ? message.value : payload };
  const text = written(value, '\n');
  return text === undefined ? { tooLarge: true } : { text };
}

/** The decoded payload alone, on one line; `null` where nothing is decoded, or it is too large. */
export function jsonLine(type: string | undefined, payload: Uint8Array): string {
  const message = type === undefined ? undefined : decodeMessage(type, payload);
  return (message?.kind === 'decoded' ? written(message.value, undefined) : undefined) ?? 'null';
}

/** @param line what begins a line; undefined for one line in all. @returns undefined where it is too large */
function written(value: unknown, line: string | undefined): string | undefined {
  const pieces: string[] = [];
  let length = 0;
  const put = (piece: string) => {
    length += piece.length;
    if (length > MAX_TEXT) throw new TooLarge();
    pieces.push(piece);
  };
  try {
    write(value, line, put);
    return pieces.join('');
  } catch (error) {
    if (error instanceof TooLarge) return undefined;
    throw error;
  }
}

function write(value: unknown, line: string | undefined, put: (piece: string) => void): void {
  if (value instanceof Uint8Array) return put(`"${toHex(value)}"`);
  if (typeof value === 'bigint') return put(`"${value}"`);
  if (typeof value !== 'object' || value === null) return put(JSON.stringify(value) ?? 'null');
  const list = Array.isArray(value);
  const entries = Object.entries(value as object).filter(([, part]) => part !== undefined);
  if (entries.length === 0) return put(list ? '[]' : '{}');
  const inner = line === undefined ? undefined : `${line}  `;
  entries.forEach(([name, part], at) => {
    put(`${at === 0 ? (list ? '[' : '{') : ','}${inner ?? ''}`);
    if (!list) put(`${JSON.stringify(name)}:${inner === undefined ? '' : ' '}`);
    write(part, inner, put);
  });
  put(`${line ?? ''}${list ? ']' : '}'}`);
}
