/**
 * Sealing and opening at one size: the packages' plain ChaCha20-Poly1305, all with one key and nonce; of our engines
 * whole packets with these contents, so that lengths, nonces and rekeying are in their time.
 */
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import sodium from 'libsodium-wrappers';
import { PACKET_EXPANSION, TAG_BYTES, type Engine } from '../../shared/engine/engine.js';
import { nobleEngine } from '../../shared/engine/index.js';
import { fill, type Environment } from './environment.js';
import type { Candidate, Contest, Row } from './measure.js';

const KIB = 1024;
const MIB = KIB * KIB;
const SIZES: readonly (readonly [string, number])[] = [
  ['32 B', 32],
  ['256 B', 256],
  ['1 KiB', KIB],
  ['64 KiB', 64 * KIB],
  ['1 MiB', MIB],
  ['4 MiB', 4 * MIB],
];
const key = fill(32, 2);
const keyL = fill(32, 3);
const nonce = fill(12, 4);

export async function aead(environment: Environment, way: 'seal' | 'open'): Promise<Contest[]> {
  await sodium.ready;
  return SIZES.map(([name, size]) => {
    const plaintext = fill(size);
    const all = way === 'seal' ? sealing(environment, plaintext) : opening(environment, plaintext);
    const row: Row =
      size < 64 * KIB
        ? { name, unit: 'operations', candidates: all }
        : {
            name,
            unit: 'bytes',
            candidates: all.map((one) => ({ ...one, amount: one.amount * size })),
          };
    return { rows: [row] };
  });
}

function sealing({ engines, aead }: Environment, plaintext: Uint8Array): Candidate[] {
  const reused = new Uint8Array(plaintext.length + TAG_BYTES);
  const native = aead?.(key, nonce);
  const plain = (name: string, seal: () => Uint8Array | Promise<Uint8Array>): Candidate => ({
    name,
    amount: 1,
    run: discarding(seal),
    sample: async () => chacha20poly1305(key, nonce).decrypt(await seal()),
  });
  return [
    plain('@noble/ciphers', () => chacha20poly1305(key, nonce).encrypt(plaintext, reused)),
    plain('libsodium-wrappers', () =>
      sodium.crypto_aead_chacha20poly1305_ietf_encrypt(plaintext, null, null, nonce, key),
    ),
    ...(native ? [plain(native.name, () => native.seal(plaintext))] : []),
    ...engines.map(({ name, engine }): Candidate => {
      const sealer = engine.sealer(keyL, key);
      const out = new Uint8Array(plaintext.length + PACKET_EXPANSION);
      const parts = [plaintext];
      return {
        name,
        amount: 1,
        run: () => void sealer.write(parts, {}, out),
        sample: () => contentsOf(nobleEngine, packetsOf(engine, plaintext, 1)),
      };
    }),
  ];
}

function opening({ engines, aead }: Environment, plaintext: Uint8Array): Candidate[] {
  const ciphertext = chacha20poly1305(key, nonce).encrypt(plaintext);
  const reused = new Uint8Array(plaintext.length);
  const native = aead?.(key, nonce);
  const plain = (name: string, open: () => Uint8Array | Promise<Uint8Array>): Candidate => ({
    name,
    amount: 1,
    run: discarding(open),
    sample: open,
  });
  // As many as have a rekeying among them, or, of large ones, few.
  const packets = packetsOf(nobleEngine, plaintext, plaintext.length < 64 * KIB ? 256 : 2);
  return [
    plain('@noble/ciphers', () => chacha20poly1305(key, nonce).decrypt(ciphertext, reused)),
    plain('libsodium-wrappers', () =>
      sodium.crypto_aead_chacha20poly1305_ietf_decrypt(null, ciphertext, null, nonce, key),
    ),
    ...(native ? [plain(native.name, () => native.open(ciphertext))] : []),
    ...engines.map(({ name, engine }): Candidate => ({
      name,
      amount: packets.length,
      run() {
        const opener = engine.opener(keyL, key);
        for (const packet of packets) opener.push(packet, true);
        opener.destroy();
      },
      sample: () => contentsOf(engine, packets),
    })),
  ];
}

function packetsOf(engine: Engine, contents: Uint8Array, count: number): Uint8Array[] {
  const sealer = engine.sealer(keyL, key);
  return Array.from({ length: count }, () => {
    const packet = new Uint8Array(contents.length + PACKET_EXPANSION);
    sealer.write([contents], {}, packet);
    return packet;
  });
}

/** Of the last packet, each given as a read of its own. */
function contentsOf(engine: Engine, packets: readonly Uint8Array[]): Uint8Array {
  const opener = engine.opener(keyL, key);
  let contents: Uint8Array = new Uint8Array(0);
  for (const packet of packets) contents = opener.push(packet).packets[0]!.contents;
  return contents;
}

/** A promise is waited for; bytes are not. */
function discarding(work: () => Uint8Array | Promise<Uint8Array>): () => void | Promise<void> {
  return () => {
    const result = work();
    return result instanceof Promise ? result.then(() => undefined) : undefined;
  };
}
