/** What a scriptPubKey asks of who spends it (Bitcoin Core, script/solver.cpp). */
import {
  OP_0,
  OP_1,
  OP_16,
  OP_CHECKMULTISIG,
  OP_CHECKSIG,
  OP_DUP,
  OP_EQUAL,
  OP_EQUALVERIFY,
  OP_HASH160,
  OP_PUSHDATA1,
  OP_RETURN,
} from './opcodes.js';
import { operations, scriptNumber, smallNumber, type Operation } from './operations.js';

/** Told apart by `type`, with Bitcoin Core's names for the types in `coreTypes`. Byte arrays are views. */
export type ScriptType =
  | { readonly type: 'p2pk'; readonly publicKey: Uint8Array }
  | { readonly type: 'p2pkh'; readonly hash: Uint8Array }
  | { readonly type: 'p2sh'; readonly hash: Uint8Array }
  | { readonly type: 'multisig'; readonly required: number; readonly publicKeys: readonly Uint8Array[] }
  | {
      readonly type: 'p2wpkh' | 'p2wsh' | 'p2tr' | 'p2a';
      readonly version: number;
      readonly program: Uint8Array;
    }
  /** A version of witness programs, or a length, that means nothing yet. */
  | { readonly type: 'witness-unknown'; readonly version: number; readonly program: Uint8Array }
  /** OP_RETURN and what it carries: nobody can spend it. */
  | { readonly type: 'op-return'; readonly data: readonly Uint8Array[] }
  | { readonly type: 'nonstandard' };

export type ScriptTypeName = ScriptType['type'];

/** As Bitcoin Core's RPCs call them. */
export const coreTypes: { readonly [Name in ScriptTypeName]: string } = {
  p2pk: 'pubkey',
  p2pkh: 'pubkeyhash',
  p2sh: 'scripthash',
  multisig: 'multisig',
  p2wpkh: 'witness_v0_keyhash',
  p2wsh: 'witness_v0_scripthash',
  p2tr: 'witness_v1_taproot',
  p2a: 'anchor',
  'witness-unknown': 'witness_unknown',
  'op-return': 'nulldata',
  nonstandard: 'nonstandard',
};

export function scriptType(script: Uint8Array): ScriptType {
  return (
    scriptHash(script) ??
    witnessProgram(script) ??
    opReturn(script) ??
    publicKey(script) ??
    publicKeyHash(script) ??
    multisig(script) ?? { type: 'nonstandard' }
  );
}

const HASH160_BYTES = 20;

function scriptHash(script: Uint8Array): ScriptType | undefined {
  const fits =
    script.length === 23 &&
    script[0] === OP_HASH160 &&
    script[1] === HASH160_BYTES &&
    script[22] === OP_EQUAL;
  return fits ? { type: 'p2sh', hash: script.subarray(2, 22) } : undefined;
}

/** BIP141, Witness program: a small number and one push of 2 to 40 bytes. */
function witnessProgram(script: Uint8Array): ScriptType | undefined {
  const [code = 0xff, length = 0] = script;
  const version = code === OP_0 ? 0 : smallNumber(code);
  if (version === undefined || script.length < 4 || script.length > 42 || script.length !== length + 2)
    return undefined;
  const program = script.subarray(2);
  if (version === 0) {
    if (length === 20) return { type: 'p2wpkh', version, program };
    return length === 32 ? { type: 'p2wsh', version, program } : { type: 'nonstandard' };
  }
  if (version === 1 && length === 32) return { type: 'p2tr', version, program };
  if (version === 1 && length === 2 && program[0] === 0x4e && program[1] === 0x73)
    return { type: 'p2a', version, program };
  return { type: 'witness-unknown', version, program };
}

function opReturn(script: Uint8Array): ScriptType | undefined {
  if (script[0] !== OP_RETURN) return undefined;
  const data: Uint8Array[] = [];
  for (const operation of operations(script.subarray(1))) {
    if (operation.code === 'broken' || operation.code > OP_16) return { type: 'nonstandard' };
    if (operation.data !== undefined) data.push(operation.data);
  }
  return { type: 'op-return', data };
}

function publicKey(script: Uint8Array): ScriptType | undefined {
  const key = script.subarray(1, -1);
  const fits = script.length === key.length + 2 && script[0] === key.length && script.at(-1) === OP_CHECKSIG;
  return fits && isPublicKey(key) ? { type: 'p2pk', publicKey: key } : undefined;
}

function publicKeyHash(script: Uint8Array): ScriptType | undefined {
  const fits =
    script.length === 25 &&
    script[0] === OP_DUP &&
    script[1] === OP_HASH160 &&
    script[2] === HASH160_BYTES &&
    script[23] === OP_EQUALVERIFY &&
    script[24] === OP_CHECKSIG;
  return fits ? { type: 'p2pkh', hash: script.subarray(3, 23) } : undefined;
}

const MAX_KEYS = 20;

function multisig(script: Uint8Array): ScriptType | undefined {
  if (script.at(-1) !== OP_CHECKMULTISIG) return undefined;
  let required: number | undefined;
  const publicKeys: Uint8Array[] = [];
  let count: number | undefined;
  for (const operation of operations(script)) {
    if (operation.code === 'broken') return undefined;
    if (count !== undefined) {
      const last = operation.end === script.length && operation.code === OP_CHECKMULTISIG;
      return last && required !== undefined && publicKeys.length === count
        ? { type: 'multisig', required, publicKeys }
        : undefined;
    }
    if (required === undefined) {
      required = keyCount(operation, 1);
      if (required === undefined) return undefined;
    } else if (operation.data !== undefined && isPublicKey(operation.data)) {
      publicKeys.push(operation.data);
    } else {
      count = keyCount(operation, required);
      if (count === undefined) return undefined;
    }
  }
  return undefined;
}

/** A number in its shortest form: OP_1 to OP_16, or a push of one byte above that. */
function keyCount({ code, data }: Operation, least: number): number | undefined {
  const pushed = data?.length === 1 && code < OP_PUSHDATA1 ? scriptNumber(data) : 0;
  const count = data === undefined ? smallNumber(code) : pushed > OP_16 - OP_1 + 1 ? pushed : undefined;
  return count !== undefined && count >= least && count <= MAX_KEYS ? count : undefined;
}

/** Whether the bytes have the length that the first of them says; no more is checked. */
function isPublicKey(bytes: Uint8Array): boolean {
  const [first] = bytes;
  if (bytes.length === 33) return first === 2 || first === 3;
  return bytes.length === 65 && (first === 4 || first === 6 || first === 7);
}
