/** As much of Bitcoin's script as filters look at. */

const OP_PUSHDATA1 = 0x4c;
const OP_PUSHDATA4 = 0x4e;
const OP_1 = 0x51;
const OP_16 = 0x60;
const OP_CHECKSIG = 0xac;
const OP_CHECKMULTISIG = 0xae;

interface Op {
  readonly code: number;
  /** What it pushes, where the script says it; a view. */
  readonly data?: Uint8Array;
}

/** The operations up to where the script breaks off; `whole` says whether it does not. */
function operations(script: Uint8Array): { ops: Op[]; whole: boolean } {
  const ops: Op[] = [];
  let at = 0;
  while (at < script.length) {
    const code = script[at++]!;
    if (code > OP_PUSHDATA4) {
      ops.push({ code });
      continue;
    }
    let length = code;
    if (code >= OP_PUSHDATA1) {
      const size = 1 << (code - OP_PUSHDATA1);
      if (script.length - at < size) return { ops, whole: false };
      length = 0;
      for (let i = size - 1; i >= 0; i--) length = length * 256 + script[at + i]!;
      at += size;
    }
    if (script.length - at < length) return { ops, whole: false };
    ops.push({ code, data: script.subarray(at, at + length) });
    at += length;
  }
  return { ops, whole: true };
}

/** The pieces of data, not empty, that a script pushes up to where it breaks off. Views. */
export function pushedData(script: Uint8Array): Uint8Array[] {
  return operations(script).ops.flatMap(({ data }) => (data !== undefined && data.length > 0 ? [data] : []));
}

/** Whether a scriptPubKey is a public key and OP_CHECKSIG, or a bare multisig. */
export function isPubkeyOrMultisig(script: Uint8Array): boolean {
  const { ops, whole } = operations(script);
  if (!whole) return false;
  const last = ops.at(-1)?.code;
  if (last === OP_CHECKSIG) return ops.length === 2 && isPublicKey(ops[0]!);
  if (last !== OP_CHECKMULTISIG) return false;
  const keys = ops.slice(1, -2);
  const needed = smallNumber(ops[0]!);
  return (
    keys.every(isPublicKey) &&
    needed >= 1 &&
    needed <= keys.length &&
    smallNumber(ops.at(-2)!) === keys.length
  );
}

const smallNumber = ({ code }: Op) => (code >= OP_1 && code <= OP_16 ? code - OP_1 + 1 : 0);

function isPublicKey({ data }: Op): boolean {
  if (data?.length === 33) return data[0] === 2 || data[0] === 3;
  return data?.length === 65 && (data[0] === 4 || data[0] === 6 || data[0] === 7);
}
