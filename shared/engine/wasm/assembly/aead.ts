/** ChaCha20-Poly1305 (RFC 8439, 2.8) on one packet of a slot's direction, in one piece or in several. */
import { blocksAhead, packetStream } from './direction';
import { AAD_LENGTH, AHEAD, BEGUN, COUNTER, PACKET, STREAM, TEXT_LENGTH } from './layout';
import { polyBegin, polyFinish, polyUpdate } from './poly1305';

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

/** Encrypts or decrypts a piece of the text in place; only the last may be no multiple of 64. */
function xorStream(slot: usize, at: usize, length: usize): void {
  const end = at + length;
  let block = load<u32>(slot, COUNTER);
  if (block === 1) {
    const ahead = slot + AHEAD + ((load<u32>(slot, PACKET) & 1) << 7) + 64;
    const first = min<usize>(length, 64);
    xorInPlace(at, ahead, first);
    at += first;
    block = 2;
  }
  for (; at < end; at += 256) {
    packetStream(slot, block);
    xorInPlace(at, STREAM, min<usize>(end - at, 256));
    block += 4;
  }
  // A piece may end within four blocks.
  store<u32>(slot, block - (<u32>(at - end) >> 6), COUNTER);
}

export function decrypt(slot: usize, at: usize, length: usize): void {
  polyUpdate(slot, at, length);
  store<u64>(slot, load<u64>(slot, TEXT_LENGTH) + <u64>length, TEXT_LENGTH);
  xorStream(slot, at, length);
}

export function encrypt(slot: usize, at: usize, length: usize): void {
  xorStream(slot, at, length);
  polyUpdate(slot, at, length);
  store<u64>(slot, load<u64>(slot, TEXT_LENGTH) + <u64>length, TEXT_LENGTH);
}

/** Writes the packet's tag. */
export function finishTag(slot: usize, at: usize): void {
  polyFinish(slot, at);
}
