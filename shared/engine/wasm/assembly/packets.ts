/** Packets in the window (BIP324, Packet encryption): 3 bytes of length, then the AEAD of header and contents. */
import { authenticate, beginPacket, decrypt, encrypt, finishTag } from './aead';
import { advance, beginDirection, lengthMask } from './direction';
import {
  ENDING,
  LENGTH,
  LENGTH_BYTES,
  MOST_WHOLE,
  SEALING,
  SEALING_BYTES,
  SLOT_BYTES,
  TABLE,
  TABLE_ROWS,
  TAG_BYTES,
  WINDOW,
  WINDOW_BYTES,
} from './layout';

/** How `openPackets` ended. */
const INCOMPLETE: i32 = 0;
const TABLE_FULL: i32 = 1;
const TOO_LARGE: i32 = 2;
const NOT_AUTHENTIC: i32 = 3;
const IN_PIECES: i32 = 4;

const TAG: usize = memory.data(16, 16);

export function packetWindow(): usize {
  return WINDOW;
}
export function packetWindowBytes(): usize {
  return WINDOW_BYTES;
}
export function sealingWindow(): usize {
  return SEALING;
}
export function sealingWindowBytes(): usize {
  return SEALING_BYTES;
}
export function packetTable(): usize {
  return TABLE;
}
export function packetEnding(): usize {
  return ENDING;
}
export function slotBytes(): usize {
  return SLOT_BYTES;
}

/** Begins a direction: its keys lie in the slot, L before P, and the rest is zeros. */
export function beginSlot(slot: usize): void {
  beginDirection(slot);
}

/** `length` bytes where sealing happens are additional data of the packet; only the last piece may be no multiple of 16. */
export function authenticateData(slot: usize, length: usize): void {
  authenticate(slot, SEALING, length);
}

/**
 * Opens every packet that is whole in the window, in place.
 * @param at where to begin
 * @param end of what was received
 * @param most bytes of contents
 * @returns how many it opened: rows of TABLE; ENDING says the rest
 */
export function openPackets(slot: usize, at: usize, end: usize, most: i32): i32 {
  let row = TABLE;
  let opened = 0;
  let status = INCOMPLETE;
  let length = load<i32>(slot, LENGTH);
  for (; ; opened++) {
    if (opened === TABLE_ROWS) {
      status = TABLE_FULL;
      break;
    }
    const left = end - at;
    if (length < 0) {
      if (left < LENGTH_BYTES) break;
      length = (load<u32>(WINDOW + at) & 0xffffff) ^ lengthMask(slot);
      store<i32>(slot, length, LENGTH);
      if (length > most) {
        status = TOO_LARGE;
        break;
      }
    }
    if (length > MOST_WHOLE) {
      beginPacket(slot);
      at += LENGTH_BYTES;
      status = IN_PIECES;
      break;
    }
    const text = <usize>length + 1;
    if (left < LENGTH_BYTES + text + TAG_BYTES) break;
    const header = WINDOW + at + LENGTH_BYTES;
    // Decryption may spoil what follows the text.
    const tag = v128.load(header + text);
    beginPacket(slot);
    decrypt(slot, header, text);
    if (!isTag(slot, tag)) {
      memory.fill(header, 0, text);
      status = NOT_AUTHENTIC;
      break;
    }
    store<u32>(row, <u32>(header - WINDOW));
    store<u32>(row, length, 4);
    store<u32>(row, load<u8>(header), 8);
    row += 12;
    advance(slot);
    at += LENGTH_BYTES + text + TAG_BYTES;
    length = -1;
  }
  store<i32>(ENDING, status);
  store<i32>(ENDING, <i32>at, 4);
  store<i32>(ENDING, length, 8);
  return opened;
}

/** Compares without a branch on where the two differ. */
function isTag(slot: usize, tag: v128): bool {
  finishTag(slot, TAG);
  return !v128.any_true(v128.xor(tag, v128.load(TAG)));
}

/** `length` bytes in the window are the next piece of the packet; only the last may be no multiple of 64. */
export function decryptWindow(slot: usize, length: usize): void {
  decrypt(slot, WINDOW, length);
}

/** @returns whether the 16 bytes in the window are the packet's tag; the next packet follows */
export function finishOpening(slot: usize): bool {
  const same = isTag(slot, v128.load(WINDOW));
  if (same) advance(slot);
  return same;
}

/** Seals the packet of which header and contents, `length` bytes of these, lie 3 bytes into the place for sealing. */
export function sealPacket(slot: usize, length: usize): void {
  const text = length + 1;
  store<u32>(SEALING, (load<u32>(SEALING) & 0xff000000) | maskedLength(slot, <u32>length));
  encrypt(slot, SEALING + LENGTH_BYTES, text);
  finishSealing(slot, LENGTH_BYTES + text);
}

/** Begins the next packet. @returns its masked length, 3 bytes little-endian */
export function maskedLength(slot: usize, length: u32): u32 {
  beginPacket(slot);
  return length ^ lengthMask(slot);
}

/** As `decryptWindow`, where sealing happens. */
export function encryptPiece(slot: usize, length: usize): void {
  encrypt(slot, SEALING, length);
}

/** Writes the tag `at` bytes into the place for sealing; the next packet follows. */
export function finishSealing(slot: usize, at: usize): void {
  finishTag(slot, SEALING + at);
  advance(slot);
}
