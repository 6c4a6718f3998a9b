/**
 * Double SHA-256 of many messages, ten at a time. Results overwrite the messages, from the buffer's start on: each is
 * shorter than what it comes from.
 */
import { begin, compressBlock, compressPadding, putAll } from './sha256-compress';
import { A, E, NINTH, SECOND_FOUR, TENTH, W, WORD } from './sha256-layout';

/** 2048 headers, or 2560 pairs. One `headers` message fits; whole tens of headers are two more. */
const BUFFER_BYTES: usize = 2048 * 80;
const buffer: usize = memory.data(2050 * 80, 16);

/** Where the messages go, and the results come from. */
export function hashBuffer(): usize {
  return buffer;
}

export function hashBufferBytes(): usize {
  return BUFFER_BYTES;
}

/** `count` headers of 80 bytes in the buffer become as many hashes of 32; the rest of a last ten is spoilt. */
export function doubleSha256Of80(count: usize): void {
  for (let i: usize = 0; i < count; i += 10) {
    const at = buffer + 80 * i;
    begin();
    for (let word: usize = 0; word < 16; word += 4) readWords(at + 4 * word, 80, W + WORD * word);
    compressBlock();
    readWords(at + 64, 80, W);
    pad(4, 640);
    compressBlock();
    hashAgain(buffer + 32 * i);
  }
}

/** `count` pairs of 64 bytes in the buffer become as many hashes of 32; the rest of a last ten is spoilt. */
export function doubleSha256OfPairs(count: usize): void {
  for (let i: usize = 0; i < count; i += 10) {
    const at = buffer + 64 * i;
    begin();
    for (let word: usize = 0; word < 16; word += 4) readWords(at + 4 * word, 64, W + WORD * word);
    compressBlock();
    compressPadding();
    hashAgain(buffer + 32 * i);
  }
}

/** The state becomes a message, and its hash goes out: ten times 32 bytes. */
function hashAgain(out: usize): void {
  stateToWords();
  pad(8, 256);
  begin();
  compressBlock();
  stateToWords();
  writeWords(W, out);
  writeWords(W + 4 * WORD, out + 16);
}

/** H, in its order, to the start of W. */
function stateToWords(): void {
  for (let i: usize = 0; i < 4; i++) {
    copyWord(A + WORD * (3 - i), W + WORD * i);
    copyWord(E + WORD * (3 - i), W + WORD * (4 + i));
  }
}

@inline
function copyWord(from: usize, to: usize): void {
  v128.store(to, v128.load(from));
  v128.store(to, v128.load(from, SECOND_FOUR), SECOND_FOUR);
  store<u32>(to, load<u32>(from, NINTH), NINTH);
  store<u32>(to, load<u32>(from, TENTH), TENTH);
}

/** 5.1.1: a one bit, zeros, the length in bits. */
@inline
function pad(words: usize, bits: u32): void {
  putAll(W + WORD * words, 0x80000000);
  for (let i = words + 1; i < 15; i++) putAll(W + WORD * i, 0);
  putAll(W + WORD * 15, bits);
}

/** Sixteen bytes of each of ten messages, as four big-endian words each. */
@inline
function readWords(from: usize, stride: usize, to: usize): void {
  readFour(from, stride, to);
  readFour(from + 4 * stride, stride, to + SECOND_FOUR);
  readOne(from + 8 * stride, to + NINTH);
  readOne(from + 9 * stride, to + TENTH);
}

function readFour(from: usize, stride: usize, to: usize): void {
  const a = swapBytes(v128.load(from));
  const b = swapBytes(v128.load(from + stride));
  const c = swapBytes(v128.load(from + 2 * stride));
  const d = swapBytes(v128.load(from + 3 * stride));
  const ab = v128.shuffle<u32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<u32>(c, d, 0, 4, 1, 5);
  v128.store(to, v128.shuffle<u64>(ab, cd, 0, 2));
  v128.store(to, v128.shuffle<u64>(ab, cd, 1, 3), WORD);
  const ab2 = v128.shuffle<u32>(a, b, 2, 6, 3, 7);
  const cd2 = v128.shuffle<u32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<u64>(ab2, cd2, 0, 2), 2 * WORD);
  v128.store(to, v128.shuffle<u64>(ab2, cd2, 1, 3), 3 * WORD);
}

function readOne(from: usize, to: usize): void {
  const words = swapBytes(v128.load(from));
  v128.store32_lane(to, words, 0);
  v128.store32_lane(to, words, 1, WORD);
  v128.store32_lane(to, words, 2, 2 * WORD);
  v128.store32_lane(to, words, 3, 3 * WORD);
}

/** The reverse: four words of each, as sixteen bytes every 32. */
@inline
function writeWords(from: usize, to: usize): void {
  writeFour(from, to);
  writeFour(from + SECOND_FOUR, to + 4 * 32);
  writeOne(from + NINTH, to + 8 * 32);
  writeOne(from + TENTH, to + 9 * 32);
}

function writeFour(from: usize, to: usize): void {
  const a = v128.load(from);
  const b = v128.load(from, WORD);
  const c = v128.load(from, 2 * WORD);
  const d = v128.load(from, 3 * WORD);
  const ab = v128.shuffle<u32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<u32>(c, d, 0, 4, 1, 5);
  v128.store(to, swapBytes(v128.shuffle<u64>(ab, cd, 0, 2)), 0);
  v128.store(to, swapBytes(v128.shuffle<u64>(ab, cd, 1, 3)), 32);
  const ab2 = v128.shuffle<u32>(a, b, 2, 6, 3, 7);
  const cd2 = v128.shuffle<u32>(c, d, 2, 6, 3, 7);
  v128.store(to, swapBytes(v128.shuffle<u64>(ab2, cd2, 0, 2)), 64);
  v128.store(to, swapBytes(v128.shuffle<u64>(ab2, cd2, 1, 3)), 96);
}

function writeOne(from: usize, to: usize): void {
  const ab = v128.load32_lane(from, v128.load32_zero(from), 1, WORD);
  const abc = v128.load32_lane(from, ab, 2, 2 * WORD);
  v128.store(to, swapBytes(v128.load32_lane(from, abc, 3, 3 * WORD)));
}

@inline
function swapBytes(x: v128): v128 {
  return v128.shuffle<u8>(x, x, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
}
