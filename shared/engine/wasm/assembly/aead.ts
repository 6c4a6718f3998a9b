/** ChaCha20-Poly1305 (RFC 8439, 2.8) on one packet of a slot's direction, in one piece or in several. */
import { blocksAhead, packetStream } from './direction';
import { streamAndAuthenticate } from './fused';
import { AAD_LENGTH, AHEAD, BEGUN, COUNTER, PACKET, STREAM, TEXT_LENGTH } from './layout';
import { polyBegin, polyUpdate } from './poly1305';

/** The one-time key, unless the packet has it already. */
// @ts-ignore: decorator
@inline
export function beginPacket(slot: usize): void {
  if (load<i32>(slot, BEGUN) !== 0) return;
  polyBegin(slot, blocksAhead(slot));
  store<i32>(slot, 1, BEGUN);
  store<u32>(slot, 1, COUNTER);
  store<u64>(slot, 0, AAD_LENGTH);
  store<u64>(slot, 0, TEXT_LENGTH);
}

/** A piece of the additional data; only the last may be no multiple of 16. */
export function authenticate(slot: usize, at: usize, length: usize): void {
  beginPacket(slot);
  polyUpdate(slot, at, length);
  store<u64>(slot, load<u64>(slot, AAD_LENGTH) + <u64>length, AAD_LENGTH);
}

/** XORs by sixteen bytes: up to fifteen behind the end become noise. */
// @ts-ignore: decorator
@inline
function xorInPlace(at: usize, stream: usize, length: usize): void {
  for (let done: usize = 0; done < length; done += 16) {
    v128.store(at + done, v128.xor(v128.load(at + done), v128.load(stream + done)));
  }
}

/** What one pass of `streamAndAuthenticate` works on. */
const STRIDE: usize = 512;

/** The text's first 64 bytes, whose key stream was made ahead. @returns how many there are */
// @ts-ignore: decorator
@inline
function xorAhead(slot: usize, at: usize, length: usize): usize {
  const first = min<usize>(length, 64);
  xorInPlace(at, slot + AHEAD + ((load<u32>(slot, PACKET) & 1) << 7) + 64, first);
  store<u32>(slot, 2, COUNTER);
  return first;
}

/** XORs up to `end`, four blocks at a time; a piece may end within four. */
function xorStream(slot: usize, at: usize, end: usize): void {
  if (at >= end) return;
  let block = load<u32>(slot, COUNTER);
  for (; at < end; at += 256) {
    packetStream(slot, block);
    xorInPlace(at, STREAM, min<usize>(end - at, 256));
    block += 4;
  }
  store<u32>(slot, block - (<u32>(at - end) >> 6), COUNTER);
  memory.fill(STREAM, 0, 256);
}

// @ts-ignore: decorator
@inline
function fused(slot: usize, at: usize, from: usize): void {
  const block = load<u32>(slot, COUNTER);
  streamAndAuthenticate(slot, block, at, from);
  store<u32>(slot, block + 8, COUNTER);
}

/** A piece of the text, in place; only the last may be no multiple of 64. */
export function decrypt(slot: usize, at: usize, length: usize): void {
  const end = at + length;
  store<u64>(slot, load<u64>(slot, TEXT_LENGTH) + <u64>length, TEXT_LENGTH);
  if (load<u32>(slot, COUNTER) === 1) {
    if (length < 64 + STRIDE) {
      polyUpdate(slot, at, length);
      xorStream(slot, at + xorAhead(slot, at, length), end);
      return;
    }
    polyUpdate(slot, at, 64);
    at += xorAhead(slot, at, length);
  }
  for (; end - at >= STRIDE; at += STRIDE) fused(slot, at, at);
  polyUpdate(slot, at, end - at);
  xorStream(slot, at, end);
}

/** A piece of the text, in place; only the last may be no multiple of 64. */
export function encrypt(slot: usize, at: usize, length: usize): void {
  const end = at + length;
  store<u64>(slot, load<u64>(slot, TEXT_LENGTH) + <u64>length, TEXT_LENGTH);
  // What is sealed is authenticated a stride later.
  let from = at;
  if (load<u32>(slot, COUNTER) === 1) at += xorAhead(slot, at, length);
  if (end - at >= 2 * STRIDE) {
    xorStream(slot, at, at + STRIDE);
    at += STRIDE;
    for (; end - at >= STRIDE; at += STRIDE) {
      fused(slot, at, from);
      from += STRIDE;
    }
  }
  xorStream(slot, at, end);
  polyUpdate(slot, from, end - from);
}
