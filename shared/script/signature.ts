/** Which bytes in a scriptSig are a signature, so that its hash type can be named (Bitcoin Core, ScriptToAsmStr). */

const hashTypes = new Map([
  [0x01, 'ALL'],
  [0x81, 'ALL|ANYONECANPAY'],
  [0x02, 'NONE'],
  [0x82, 'NONE|ANYONECANPAY'],
  [0x03, 'SINGLE'],
  [0x83, 'SINGLE|ANYONECANPAY'],
]);

/** The name of an ECDSA signature's hash type; undefined for bytes that are no strict DER signature with one (BIP66). */
export function hashTypeOf(signature: Uint8Array): string | undefined {
  const name = hashTypes.get(signature.at(-1) ?? 0);
  return name !== undefined && isStrictDer(signature) ? name : undefined;
}

const SEQUENCE = 0x30;
const INTEGER = 0x02;

/** BIP66: 30 length, 02 length R, 02 length S, hash type, and nothing longer than it need be. */
function isStrictDer(signature: Uint8Array): boolean {
  if (signature.length < 9 || signature.length > 73) return false;
  const lengthR = signature[3]!;
  const lengthS = signature[5 + lengthR] ?? 0;
  return (
    signature[0] === SEQUENCE &&
    signature[1] === signature.length - 3 &&
    lengthR + lengthS + 7 === signature.length &&
    isPositiveInteger(signature, 2, lengthR) &&
    isPositiveInteger(signature, 4 + lengthR, lengthS)
  );
}

function isPositiveInteger(bytes: Uint8Array, at: number, length: number): boolean {
  const first = bytes[at + 2]!;
  if (bytes[at] !== INTEGER || length === 0 || first >= 0x80) return false;
  return !(length > 1 && first === 0 && bytes[at + 3]! < 0x80);
}
