/** FSChaCha20 and the rekeying of both ciphers (BIP324, Rekeying wrappers), of the direction in a slot. */
import { fourBlocks } from './chacha20';
import { AHEAD, BEGUN, EPOCH, KEY_L, KEY_P, LENGTH, LENGTH_STREAM, PACKET, REKEY_INTERVAL, STREAM } from './layout';

const NEXT_KEY_L: usize = LENGTH_STREAM + 672;

// @ts-ignore: decorator
@inline
function firstCounters(block: u32): v128 {
  return i32x4.add(i32x4.splat(block), i32x4(0, 1, 2, 3));
}

/** Both keys are in the slot, and the rest of it is zeros. */
export function beginDirection(slot: usize): void {
  store<i32>(slot, -1, LENGTH);
  makeLengthStream(slot);
}

/** One key stream over 224 packets of three bytes, and 32 bytes more: the new key. */
function makeLengthStream(slot: usize): void {
  const n1 = v128.load32_splat(slot, EPOCH);
  const n2 = v128.load32_splat(slot, EPOCH + 4);
  const zero = i32x4.splat(0);
  fourBlocks(slot + KEY_L, firstCounters(0), zero, n1, n2, slot + LENGTH_STREAM);
  fourBlocks(slot + KEY_L, firstCounters(4), zero, n1, n2, slot + LENGTH_STREAM + 256);
  fourBlocks(slot + KEY_L, firstCounters(8), zero, n1, n2, slot + LENGTH_STREAM + 512);
}

/**
 * Blocks 0 and 1 of this packet, in AHEAD. A nonce is LE32(packet) ‖ LE64(epoch), known long before its packet, so
 * that one pass makes them for two packets; 224 is even, so that no pair has two keys.
 * @returns where block 0 is; block 1 follows it
 */
export function blocksAhead(slot: usize): usize {
  const packet = load<u32>(slot, PACKET);
  if ((packet & 1) === 0) {
    const nonces = i32x4.add(i32x4.splat(packet), i32x4(0, 0, 1, 1));
    const n1 = v128.load32_splat(slot, EPOCH);
    const n2 = v128.load32_splat(slot, EPOCH + 4);
    fourBlocks(slot + KEY_P, i32x4(0, 1, 0, 1), nonces, n1, n2, slot + AHEAD);
  }
  return slot + AHEAD + ((packet & 1) << 7);
}

/** Four blocks of the packet's key stream, from `block` on, into STREAM. */
// @ts-ignore: decorator
@inline
export function packetStream(slot: usize, block: u32): void {
  fourBlocks(
    slot + KEY_P,
    firstCounters(block),
    v128.load32_splat(slot, PACKET),
    v128.load32_splat(slot, EPOCH),
    v128.load32_splat(slot, EPOCH + 4),
    STREAM,
  );
}

/** The 24 bits that this packet's length is XORed with. */
export function lengthMask(slot: usize): u32 {
  return load<u32>(slot + LENGTH_STREAM + 3 * <usize>load<u32>(slot, PACKET)) & 0xffffff;
}

/** The next packet; both keys are replaced after every 224. */
export function advance(slot: usize): void {
  store<i32>(slot, -1, LENGTH);
  store<i32>(slot, 0, BEGUN);
  const packet = load<u32>(slot, PACKET) + 1;
  if (packet < REKEY_INTERVAL) {
    store<u32>(slot, packet, PACKET);
    return;
  }
  // The nonce of the new KEY_P is 2^32 − 1 and the epoch, and its stream begins with block 1.
  store<u32>(slot, 0xffffffff, PACKET);
  packetStream(slot, 1);
  memory.copy(slot + KEY_P, STREAM, 32);
  memory.fill(STREAM, 0, 256);
  memory.copy(slot + KEY_L, slot + NEXT_KEY_L, 32);
  store<u32>(slot, 0, PACKET);
  store<u64>(slot, load<u64>(slot, EPOCH) + 1, EPOCH);
  makeLengthStream(slot);
}
