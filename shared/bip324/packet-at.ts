/** BIP324, Packet encryption, of a packet by its number alone: nothing advances, so that it can be looked at before it is sent. */
import { chacha20, chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { concatBytes } from '../bytes.js';
import { IGNORE_BIT, LENGTH_BYTES, MAX_FORMAT_CONTENTS, REKEY_INTERVAL } from '../engine/engine.js';
import { epochOf, lengthNonce, nextLengthKey, nextPacketKey, packetNonce } from './rekey.js';

/** Both cipher keys of one direction and epoch, 32 bytes each. */
export interface EpochKeys {
  readonly L: Uint8Array;
  readonly P: Uint8Array;
}

/** The keys that follow those of `epoch`. */
export function keysAfter({ L, P }: EpochKeys, epoch: number): EpochKeys {
  return { L: nextLengthKey(L, epoch), P: nextPacketKey(P, epoch) };
}

/**
 * The packet that a sender with these keys makes as its packet `index`.
 * @param keys of the packet's own epoch
 * @param index from 0; not the first packet, which authenticates the garbage
 * @param contents up to 2²⁴ − 1 bytes
 * @returns contents + 20 bytes, as from `PacketCipher.encrypt`
 * @throws {RangeError} for larger contents
 */
export function encryptPacketAt(
  { L, P }: EpochKeys,
  index: number,
  contents: Uint8Array,
  options: { ignore?: boolean } = {},
): Uint8Array {
  const { length } = contents;
  if (length > MAX_FORMAT_CONTENTS) throw new RangeError('contents have at most 2^24 - 1 bytes');
  const used = (index % REKEY_INTERVAL) * LENGTH_BYTES;
  const stream = new Uint8Array(used + LENGTH_BYTES);
  stream.set([length, length >>> 8, length >>> 16], used);
  const encryptedLength = chacha20(L, lengthNonce(epochOf(index)), stream).subarray(used);
  const plaintext = concatBytes(Uint8Array.of(options.ignore === true ? IGNORE_BIT : 0), contents);
  return concatBytes(encryptedLength, chacha20poly1305(P, packetNonce(index)).encrypt(plaintext));
}
