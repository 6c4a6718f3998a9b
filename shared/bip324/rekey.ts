/** BIP324, Rekeying wrappers: the nonces that count packets and key epochs. */
import { chacha20 } from '@noble/ciphers/chacha.js';
import { LENGTH_BYTES, REKEY_INTERVAL } from '../engine/engine.js';

/** How often the keys were replaced before packet `index`. */
export function epochOf(index: number): number {
  return Math.floor(index / REKEY_INTERVAL);
}

/** 12 bytes: LE32(index mod 224) ‖ LE64(index ÷ 224). */
export function packetNonce(index: number): Uint8Array {
  return nonce(index % REKEY_INTERVAL, epochOf(index));
}

/** 12 bytes: FFFFFFFF ‖ LE64(epoch), for the new key of the packet cipher. */
export function rekeyNonce(epoch: number): Uint8Array {
  return nonce(0xffffffff, epoch);
}

/** 12 bytes: 00000000 ‖ LE64(epoch), for the key stream of the length cipher. */
export function lengthNonce(epoch: number): Uint8Array {
  return nonce(0, epoch);
}

/** The packet cipher's key after `epoch`: the encryption of 32 zero bytes under the old key. */
export function nextPacketKey(key: Uint8Array, epoch: number): Uint8Array {
  // RFC 8439, 2.8: an AEAD's encryption starts at block 1.
  return chacha20(key, rekeyNonce(epoch), new Uint8Array(32), undefined, 1);
}

/** The length cipher's key after `epoch`: what its key stream gives after 224 lengths. */
export function nextLengthKey(key: Uint8Array, epoch: number): Uint8Array {
  const used = LENGTH_BYTES * REKEY_INTERVAL;
  return chacha20(key, lengthNonce(epoch), new Uint8Array(used + 32)).slice(used);
}

function nonce(counter: number, epoch: number): Uint8Array {
  const bytes = new Uint8Array(12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, counter, true);
  view.setBigUint64(4, BigInt(epoch), true);
  return bytes;
}
