/**
 * Double SHA-256 of many messages, four at a time. Results overwrite the messages, from the buffer's start on: each is
 * shorter than what it comes from.
 */
import { begin, compressBlock, compressPadding, H, W } from './sha256-compress';

/** 2048 headers, or 2560 pairs: whole groups of four. One `headers` message fits. */
const BUFFER_BYTES: usize = 2048 * 80;
const buffer: usize = memory.data(2048 * 80, 16);

/** Where the messages go, and the results come from. */
export function hashBuffer(): usize {
  return buffer;
}

export function hashBufferBytes(): usize {
  return BUFFER_BYTES;
}

/** `count` headers of 80 bytes in the buffer become as many hashes of 32; the rest of a last group of four is spoilt. */
export function doubleSha256Of80(count: usize): void {
  for (let i: usize = 0; i < count; i += 4) {
    const at = buffer + 80 * i;
    begin();
    for (let quarter: usize = 0; quarter < 64; quarter += 16) readWords(at + quarter, 80, W + 4 * quarter);
    compressBlock();
    readWords(at + 64, 80, W);
    pad(4, 640);
    compressBlock();
    hashAgain(buffer + 32 * i);
  }
}

/** `count` pairs of 64 bytes in the buffer become as many hashes of 32; the rest of a last group of four is spoilt. */
export function doubleSha256OfPairs(count: usize): void {
  for (let i: usize = 0; i < count; i += 4) {
    const at = buffer + 64 * i;
    begin();
    for (let quarter: usize = 0; quarter < 64; quarter += 16) readWords(at + quarter, 64, W + 4 * quarter);
    compressBlock();
    compressPadding();
    hashAgain(buffer + 32 * i);
  }
}

/** The state becomes a message, and its hash goes out: four times 32 bytes. */
function hashAgain(out: usize): void {
  memory.copy(W, H, 8 * 16);
  pad(8, 256);
  begin();
  compressBlock();
  writeWords(H, out);
  writeWords(H + 64, out + 16);
}

/** 5.1.1: a one bit, zeros, the length in bits. */
@inline
function pad(words: usize, bits: i32): void {
  v128.store(W + 16 * words, i32x4.splat(0x80000000));
  for (let i = words + 1; i < 15; i++) v128.store(W + 16 * i, i32x4.splat(0));
  v128.store(W + 16 * 15, i32x4.splat(bits));
}

/** Sixteen bytes of each of four messages, as four big-endian words each. */
function readWords(from: usize, stride: usize, to: usize): void {
  const a = swapBytes(v128.load(from));
  const b = swapBytes(v128.load(from + stride));
  const c = swapBytes(v128.load(from + 2 * stride));
  const d = swapBytes(v128.load(from + 3 * stride));
  const ab = v128.shuffle<u32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<u32>(c, d, 0, 4, 1, 5);
  v128.store(to, v128.shuffle<u64>(ab, cd, 0, 2), 0);
  v128.store(to, v128.shuffle<u64>(ab, cd, 1, 3), 16);
  const ab2 = v128.shuffle<u32>(a, b, 2, 6, 3, 7);
  const cd2 = v128.shuffle<u32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<u64>(ab2, cd2, 0, 2), 32);
  v128.store(to, v128.shuffle<u64>(ab2, cd2, 1, 3), 48);
}

/** The reverse: four words of each, as sixteen bytes every 32. */
function writeWords(from: usize, to: usize): void {
  const a = v128.load(from);
  const b = v128.load(from, 16);
  const c = v128.load(from, 32);
  const d = v128.load(from, 48);
  const ab = v128.shuffle<u32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<u32>(c, d, 0, 4, 1, 5);
  v128.store(to, swapBytes(v128.shuffle<u64>(ab, cd, 0, 2)), 0);
  v128.store(to, swapBytes(v128.shuffle<u64>(ab, cd, 1, 3)), 32);
  const ab2 = v128.shuffle<u32>(a, b, 2, 6, 3, 7);
  const cd2 = v128.shuffle<u32>(c, d, 2, 6, 3, 7);
  v128.store(to, swapBytes(v128.shuffle<u64>(ab2, cd2, 0, 2)), 64);
  v128.store(to, swapBytes(v128.shuffle<u64>(ab2, cd2, 1, 3)), 96);
}

@inline
function swapBytes(x: v128): v128 {
  return v128.shuffle<u8>(x, x, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
}
