/** ChaCha20-Poly1305 at its edges: lengths, counters, tags, and Poly1305's accumulator where it wraps. */
import { createCipheriv } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { loadEngine } from '../../shared/engine/index.js';
import { PacketWriter } from '../vectors/oracle.mjs';
import { engines, pattern } from './engines.js';
import { chacha20Block, clampedR, toNumber, withFinalAccumulator, P } from './poly1305-edges.js';

const keyL = pattern(32, 1);
const keyP = pattern(32, 2);
const wasm = await loadEngine('wasm');

/** The packet of `text` (header and contents) as OpenSSL has it, without its length. */
function openssl(key: Uint8Array, text: Uint8Array, aad = new Uint8Array(0)): Buffer {
  const cipher = createCipheriv('chacha20-poly1305', key, Buffer.alloc(12), { authTagLength: 16 });
  cipher.setAAD(aad, { plaintextLength: text.length });
  return Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
}

/** Seals `text` as packet 0, compares it with OpenSSL's, and opens it again. */
function checkText(key: Uint8Array, text: Uint8Array, aad = new Uint8Array(0)): void {
  const wire = new Uint8Array(text.length + 19);
  const sealer = wasm.sealer(keyL, key);
  sealer.write([text.subarray(1)], { header: text[0]!, aad }, wire);
  expect(Buffer.compare(wire.subarray(3), openssl(key, text, aad)), `${text.length} bytes`).toBe(0);
  // In two reads too: what is long is then opened in pieces.
  for (const cut of [wire.length, wire.length - 17, wire.length >> 1]) {
    const opener = wasm.opener(keyL, key, { aad });
    const results = [opener.push(wire.subarray(0, cut)), opener.push(wire.subarray(cut))];
    expect(results.map(({ failure }) => failure)).toEqual([undefined, undefined]);
    const packets = results.flatMap((result) => result.packets);
    expect(packets.map(({ header }) => header)).toEqual([text[0]]);
    expect(Buffer.compare(packets[0]!.contents, text.subarray(1))).toBe(0);
    opener.destroy();
  }
  sealer.destroy();
}

test('every length of contents from 0 to 1400 bytes is what OpenSSL makes of it', () => {
  for (let length = 0; length <= 1400; length++) checkText(keyP, pattern(length + 1, length));
});

test('so are lengths around the sizes that packets go through in pieces', () => {
  for (const size of [4096, 65_536, 131_072, 262_144, 1_048_576, 1_114_112])
    for (const more of [-65, -64, -21, -20, -17, -1, 0, 1, 64]) checkText(keyP, pattern(size + more, more));
});

test('so is the longest there is', () => checkText(keyP, pattern(2 ** 24)));

test('so are lengths of additional data', () => {
  for (const length of [0, 1, 15, 16, 17, 63, 64, 65, 255, 256, 4095, 131_072, 131_073, 300_000])
    for (const text of [1, 16, 17, 700]) checkText(keyP, pattern(text), pattern(length, 9));
});

test('a thousand packets through four rekeyings, with every counter on the way', () => {
  const writer = new PacketWriter(keyL, keyP);
  const sealer = wasm.sealer(keyL, keyP);
  for (let i = 0; i < 1000; i++) {
    const contents = pattern(i % 90, i);
    const wire = new Uint8Array(contents.length + 20);
    sealer.write([contents], {}, wire);
    expect(Buffer.compare(wire, writer.packet(contents)), `packet ${i}`).toBe(0);
  }
});

describe.each(engines)('$name', (engine) => {
  test('no tag that differs in one bit is taken, nor one of other bits only', () => {
    for (const length of [0, 15, 100, 5000]) {
      const contents = pattern(length, 4);
      const wire = new Uint8Array(length + 20);
      engine.sealer(keyL, keyP).write([contents], {}, wire);
      const tag = wire.length - 16;
      const failure = { code: 'packet-authentication-failed', index: 0, length };
      for (let bit = 0; bit < 128; bit++) {
        const bad = wire.slice();
        bad[tag + (bit >> 3)]! ^= 1 << (bit & 7);
        expect(engine.opener(keyL, keyP).push(bad)).toEqual({ packets: [], failure });
        const opener = engine.opener(keyL, keyP);
        opener.push(bad.subarray(0, tag));
        expect(opener.push(bad.subarray(tag))).toEqual({ packets: [], failure });
      }
      for (const change of [0, 0xff]) {
        const bad = wire.slice();
        for (let i = tag; i < bad.length; i++) bad[i] = change === 0 ? 0 : bad[i]! ^ change;
        expect(engine.opener(keyL, keyP).push(bad)).toEqual({ packets: [], failure });
      }
      expect(engine.opener(keyL, keyP).push(wire).packets[0]?.contents).toEqual(contents);
    }
  });

  test('no text that differs in one bit is taken', () => {
    const wire = new Uint8Array(620);
    engine.sealer(keyL, keyP).write([pattern(600)], {}, wire);
    for (let byte = 3; byte < wire.length - 16; byte++) {
      const bad = wire.slice();
      bad[byte]! ^= 1 << (byte & 7);
      expect(engine.opener(keyL, keyP).push(bad).failure?.code).toBe('packet-authentication-failed');
    }
  });
});

describe('Poly1305', () => {
  /** Of many keys those whose multiplier is largest, smallest, and any. */
  const keys = Array.from({ length: 3000 }, (_, i) => pattern(32, i)).sort((a, b) => {
    const [x, y] = [a, b].map((key) => clampedR(chacha20Block(key, 0)));
    return x! < y! ? -1 : 1;
  });
  const chosen = [keys[0]!, keys[1500]!, keys.at(-1)!];

  test('with ciphertext of ones or zeros alone', () => {
    for (const key of chosen)
      for (const byte of [0, 0xff])
        for (const length of [16, 17, 64, 576, 600, 1088, 1600, 5000]) {
          const text = new Uint8Array(length);
          for (let at = 0; at < length; at += 64) {
            const stream = chacha20Block(key, 1 + at / 64);
            for (let i = 0; i < 64 && at + i < length; i++) text[at + i] = stream[i]! ^ byte;
          }
          expect(
            openssl(key, text)
              .subarray(0, length)
              .every((value) => value === byte),
          ).toBe(true);
          checkText(key, text);
        }
  });

  const edges = [
    0n,
    1n,
    4n,
    5n,
    2n ** 32n - 1n,
    2n ** 64n - 1n,
    2n ** 128n - 1n,
    2n ** 128n,
    2n ** 128n + 3n,
  ];
  const targets = [
    ...edges,
    2n ** 129n - 1n,
    2n ** 129n,
    P - 1n,
    P - 2n,
    P - 5n,
    P - 2n ** 128n,
    P - 2n ** 32n,
  ];

  test.each(targets.map((target) => ({ target })))(
    'with an accumulator that ends as $target',
    ({ target }) => {
      for (const key of chosen)
        for (const blocks of [2, 3, 36, 37, 70]) {
          const text = withFinalAccumulator(key, target, blocks);
          const tag = openssl(key, text).subarray(-16);
          const s = toNumber(chacha20Block(key, 0).subarray(16, 32));
          expect(toNumber(tag), 'the text does what it is made for').toBe((target + s) % 2n ** 128n);
          checkText(key, text);
        }
    },
  );
});
