import { toHex } from '../bytes.js';

/**
 * The number below which a block's hash must be, from its compact form in the header: one byte of exponent, three of
 * mantissa with a sign. Undefined where the form says nothing that a hash could be below: negative, zero, or larger
 * than 256 bits.
 */
export function targetOfBits(bits: number): bigint | undefined {
  const exponent = bits >>> 24;
  const negative = (bits & 0x0080_0000) !== 0;
  const mantissa = BigInt(bits & 0x007f_ffff);
  const target =
    exponent <= 3 ? mantissa >> BigInt(8 * (3 - exponent)) : mantissa << BigInt(8 * (exponent - 3));
  return negative || target === 0n || target >> 256n !== 0n ? undefined : target;
}

/**
 * Whether a header has the work that it claims, which is at least what its network asks for. Says nothing about
 * whether the claim is the right one at that height.
 * @param hash of the header: 32 bytes in wire order
 * @param powLimit the network's easiest target (networks.ts)
 */
export function hasProofOfWork(hash: Uint8Array, bits: number, powLimit: bigint): boolean {
  const target = targetOfBits(bits);
  return target !== undefined && target <= powLimit && BigInt(`0x${toHex(hash.toReversed())}`) <= target;
}
