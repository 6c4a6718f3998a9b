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
  const pieces: string[] = [];
  let length = 0;
  const put = (piece: string) => {
    length += piece.length;
    if (length > MAX_TEXT) throw new TooLarge();
    pieces.push(piece);
  };
  try {
    write(value, '\n', put);
    return { text: pieces.join('') };
  } catch (error) {
    if (error instanceof TooLarge) return { tooLarge: true };
    throw error;
  }
}

function write(value: unknown, line: string, put: (piece: string) => void): void {
  if (value instanceof Uint8Array) return put(`"${toHex(value)}"`);
  if (typeof value === 'bigint') return put(`"${value}"`);
  if (typeof value !== 'object' || value === null) return put(JSON.stringify(value) ?? 'null');
  const list = Array.isArray(value);
  const entries = Object.entries(value as object).filter(([, part]) => part !== undefined);
  if (entries.length === 0) return put(list ? '[]' : '{}');
  const inner = `${line}  `;
  entries.forEach(([name, part], at) => {
    put(`${at === 0 ? (list ? '[' : '{') : ','}${inner}`);
    if (!list) put(`${JSON.stringify(name)}: `);
    write(part, inner, put);
  });
  put(`${line}${list ? ']' : '}'}`);
}
