/** Bitcoin Script's opcodes by the names that Bitcoin Core gives them (script.cpp, GetOpName). */

export const OP_0 = 0x00;
export const OP_PUSHDATA1 = 0x4c;
export const OP_PUSHDATA4 = 0x4e;
export const OP_1 = 0x51;
export const OP_16 = 0x60;
export const OP_RETURN = 0x6a;
export const OP_DUP = 0x76;
export const OP_EQUAL = 0x87;
export const OP_EQUALVERIFY = 0x88;
export const OP_HASH160 = 0xa9;
export const OP_CHECKSIG = 0xac;
export const OP_CHECKMULTISIG = 0xae;

/** From a code on, without gaps; OP_ stands before each. */
const runs: readonly (readonly [first: number, names: string])[] = [
  [0x50, 'RESERVED'],
  [0x61, 'NOP VER IF NOTIF VERIF VERNOTIF ELSE ENDIF VERIFY RETURN'],
  [0x6b, 'TOALTSTACK FROMALTSTACK 2DROP 2DUP 3DUP 2OVER 2ROT 2SWAP IFDUP DEPTH DROP DUP NIP OVER PICK ROLL'],
  [0x7b, 'ROT SWAP TUCK'],
  [0x7e, 'CAT SUBSTR LEFT RIGHT SIZE'],
  [0x83, 'INVERT AND OR XOR EQUAL EQUALVERIFY RESERVED1 RESERVED2'],
  [0x8b, '1ADD 1SUB 2MUL 2DIV NEGATE ABS NOT 0NOTEQUAL ADD SUB MUL DIV MOD LSHIFT RSHIFT BOOLAND BOOLOR'],
  [0x9c, 'NUMEQUAL NUMEQUALVERIFY NUMNOTEQUAL LESSTHAN GREATERTHAN LESSTHANOREQUAL GREATERTHANOREQUAL'],
  [0xa3, 'MIN MAX WITHIN'],
  [0xa6, 'RIPEMD160 SHA1 SHA256 HASH160 HASH256 CODESEPARATOR'],
  [0xac, 'CHECKSIG CHECKSIGVERIFY CHECKMULTISIG CHECKMULTISIGVERIFY'],
  [0xb0, 'NOP1 CHECKLOCKTIMEVERIFY CHECKSEQUENCEVERIFY NOP4 NOP5 NOP6 NOP7 NOP8 NOP9 NOP10'],
  [0xba, 'CHECKSIGADD'],
  [0xff, 'INVALIDOPCODE'],
];

const names = new Map<number, string>([
  [OP_0, '0'],
  [0x4c, 'OP_PUSHDATA1'],
  [0x4d, 'OP_PUSHDATA2'],
  [0x4e, 'OP_PUSHDATA4'],
  [0x4f, '-1'],
  ...Array.from({ length: 16 }, (_, i): [number, string] => [OP_1 + i, String(i + 1)]),
  ...runs.flatMap(([first, text]) =>
    text.split(' ').map((name, i): [number, string] => [first + i, `OP_${name}`]),
  ),
]);

/** 'OP_CHECKSIG'; the small numbers as numbers; 'OP_UNKNOWN' for what has no name, as direct pushes. */
export function opcodeName(code: number): string {
  return names.get(code) ?? 'OP_UNKNOWN';
}
