/** A script as the operations that it is made of. */
import { OP_1, OP_16, OP_PUSHDATA1, OP_PUSHDATA4 } from './opcodes.js';

export interface Operation {
  readonly code: number;
  /** What it pushes, where the script itself holds that; a view. */
  readonly data?: Uint8Array;
  /** Offsets in the script, half-open. */
  readonly start: number;
  readonly end: number;
}

/** Where a push promises more than there is. */
export interface BrokenOperation {
  readonly code: 'broken';
  readonly start: number;
  readonly end: number;
}

/** The operations one by one, the last of them broken where the script breaks off. */
export function* operations(script: Uint8Array): Generator<Operation | BrokenOperation, void> {
  let at = 0;
  while (at < script.length) {
    const start = at;
    const code = script[at++]!;
    if (code > OP_PUSHDATA4) {
      yield { code, start, end: at };
      continue;
    }
    const width = code < OP_PUSHDATA1 ? 0 : 1 << (code - OP_PUSHDATA1);
    let length = width === 0 ? code : 0;
    for (let i = width - 1; i >= 0; i--) length = length * 256 + (script[at + i] ?? 0);
    at += width;
    if (at + length > script.length) return yield { code: 'broken', start, end: script.length };
    yield { code, data: script.subarray(at, at + length), start, end: at + length };
    at += length;
  }
}

/** The pieces of data, not empty, that a script pushes up to where it breaks off. Views. */
export function pushedData(script: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (const operation of operations(script)) {
    if ('data' in operation && operation.data.length > 0) pieces.push(operation.data);
  }
  return pieces;
}

/** The number that OP_1 to OP_16 push; undefined for other opcodes. */
export function smallNumber(code: number): number | undefined {
  return code >= OP_1 && code <= OP_16 ? code - OP_1 + 1 : undefined;
}

/** A number as scripts hold it: little-endian, the highest bit is the sign. @param bytes at most 4 */
export function scriptNumber(bytes: Uint8Array): number {
  const last = bytes.at(-1);
  if (last === undefined) return 0;
  let magnitude = last & 0x7f;
  for (let i = bytes.length - 2; i >= 0; i--) magnitude = magnitude * 256 + bytes[i]!;
  return (last & 0x80) === 0 ? magnitude : -magnitude;
}
