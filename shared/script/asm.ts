/** Scripts as text, in the way of Bitcoin Core's "asm" (ScriptToAsmStr). */
import { toHex } from '../bytes.js';
import { OP_RETURN, opcodeName } from './opcodes.js';
import { operations, scriptNumber } from './operations.js';
import { hashTypeOf } from './signature.js';

/** Longer scripts can never run. */
const MAX_SCRIPT_BYTES = 10_000;
const MAX_NUMBER_BYTES = 4;

export interface AsmOptions {
  /** In a scriptSig a signature's last byte is shown as what it means, as `3044…[ALL]`. */
  readonly hashTypes?: boolean;
  /** Characters after which it breaks off with an ellipsis; none by default, and hex takes two for each byte. */
  readonly limit?: number;
}

/**
 * Opcodes by name, data as hex, pieces of up to four bytes as the numbers that they may be; `[error]` where a push
 * promises more than there is. Printable text whatever the bytes.
 */
export function scriptToAsm(
  script: Uint8Array,
  { hashTypes = false, limit = Infinity }: AsmOptions = {},
): string {
  const mayRun = script[0] !== OP_RETURN && script.length <= MAX_SCRIPT_BYTES;
  let asm = '';
  for (const operation of operations(script)) {
    const separator = asm === '' ? '' : ' ';
    if (operation.code === 'broken') return `${asm}${separator}[error]`;
    const { code, data } = operation;
    asm += separator;
    if (data === undefined) asm += opcodeName(code);
    else if (data.length <= MAX_NUMBER_BYTES) asm += scriptNumber(data);
    else {
      const hashType = hashTypes && mayRun ? hashTypeOf(data) : undefined;
      const shown = hashType === undefined ? data : data.subarray(0, -1);
      asm += toHex(shown.length > limit ? shown.subarray(0, limit) : shown);
      if (hashType !== undefined) asm += `[${hashType}]`;
    }
    if (asm.length > limit) return `${asm.slice(0, limit)}…`;
  }
  return asm;
}
