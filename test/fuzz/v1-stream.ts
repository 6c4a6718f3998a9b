/** What a v1 peer sends, framed by hand with Node's own SHA-256; with wrong turns to take. */
import { createHash } from 'node:crypto';
import { networks, type Network } from '../../shared/bip324/index.js';
import { ascii, concatBytes } from '../../shared/bytes.js';
import { type Rng } from './rng.js';
import { type Said } from './speech.js';
import { network } from './v2-stream.js';

export interface V1Turns {
  readonly network?: Network;
  readonly wrongChecksums?: boolean;
  /** Changes what the length of this message says. */
  readonly lie?: { readonly message: number; readonly length: number };
}

/** Two pieces a message: header and payload. */
export function v1Stream(said: readonly Said[], turns: V1Turns, rng: Rng): Uint8Array[] {
  return said.flatMap(({ type, payload, field }, i) => {
    const length = new Uint8Array(4);
    const told = turns.lie?.message === i ? turns.lie.length : payload.length;
    new DataView(length.buffer).setUint32(0, told, true);
    const checksum =
      turns.wrongChecksums === true && rng.oneIn(3) ? rng.bytes(4) : sha256(sha256(payload)).subarray(0, 4);
    const name = new Uint8Array(12);
    name.set((field ?? ascii(type)).subarray(0, 12));
    return [concatBytes((turns.network ?? network).magic, name, length, checksum), payload];
  });
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}

/** A few only: with what is before it, each makes a key to compute. */
const afterwards = [0, 1, 40, 300].map((length) => new Uint8Array(length).fill(0x55));

/** So many bytes of how v1 starts, on this network or another; then whatever. */
export function v1Prefix(rng: Rng): Uint8Array[] {
  const magic = rng.oneIn(3) ? rng.pick(Object.values(networks)).magic : network.magic;
  const start = concatBytes(magic, ascii('version'), new Uint8Array(5));
  return [
    start.subarray(0, 1 + rng.below(16)),
    rng.oneIn(4) ? rng.bytes(rng.skewed(300)) : rng.pick(afterwards),
  ];
}
