/** Fresh random runs against independent parts: @scure/btc-signer's ElligatorSwift and OpenSSL (vectors/oracle.mjs). */
import { randomBytes, randomInt } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  deriveSessionKeys,
  ellswiftCreate,
  ellswiftDecode,
  networks,
  PacketCipher,
  v2Ecdh,
  xelligatorswift,
  xswiftec,
  xswiftecInv,
} from '../../shared/bip324/index.js';
import { concatBytes } from '../../shared/bytes.js';
import { nobleEngine } from '../../shared/engine/index.js';
import {
  createKey,
  decode,
  inverse,
  PacketWriter,
  sessionKeys,
  sharedSecret,
  toBigInt,
} from '../vectors/oracle.mjs';

const bytes = (buffer: Uint8Array) => Uint8Array.from(buffer);
const random = (length: number) => bytes(randomBytes(length));

describe('ElligatorSwift', () => {
  test('any 64 bytes decode to the same x', () => {
    for (let i = 0; i < 100; i++) {
      const encoding = random(64);
      expect(ellswiftDecode(encoding)).toEqual(bytes(decode(encoding)));
    }
  });

  test('all eight cases have the same inverse, or none', () => {
    for (let i = 0; i < 20; i++) {
      const x = toBigInt(decode(random(64)));
      const u = toBigInt(random(32)) >> 1n;
      for (let ellCase = 0; ellCase < 8; ellCase++) {
        const t = xswiftecInv(x, u, ellCase);
        expect(t).toBe(inverse(x, u, ellCase));
        if (t !== undefined) expect(xswiftec(u, t)).toBe(x);
      }
    }
  });

  test('an encoding decodes to what it encodes, with every case in use and different u', () => {
    const x = toBigInt(decode(random(64)));
    const encodings = Array.from({ length: 100 }, () => xelligatorswift(x, { random }));
    for (const { u, t } of encodings) expect(xswiftec(u, t)).toBe(x);
    expect(new Set(encodings.map(({ ellCase }) => ellCase)).size).toBe(8);
    expect(new Set(encodings.map(({ u }) => u)).size).toBe(100);
  });

  test('a source of randomness that repeats itself is an error, not a hang', () => {
    const stuck = (length: number) => new Uint8Array(length);
    expect(() => ellswiftCreate(stuck)).toThrow('repeats itself');
  });
});

describe('the shared secret and the session keys', () => {
  test('agree with the other side’s independent computation', () => {
    for (let i = 0; i < 10; i++) {
      const ours = ellswiftCreate(random);
      const theirs = createKey((length: number) => randomBytes(length));
      const initiating = i % 2 === 0;
      const { secret } = sharedSecret(theirs, ours.publicKey, !initiating);
      expect(v2Ecdh(ours.secretKey, bytes(theirs.publicKey), ours.publicKey, initiating)).toEqual(
        bytes(secret),
      );
      for (const { magic } of Object.values(networks)) {
        const expected = Object.entries(sessionKeys(secret, magic)).map(([name, key]) => [name, bytes(key)]);
        expect(deriveSessionKeys(bytes(secret), magic)).toEqual(Object.fromEntries(expected));
      }
    }
  });
});

describe('packets', () => {
  const keys = deriveSessionKeys(random(32), networks.main.magic);

  /** Random contents, decoys among them, the first with additional data; what OpenSSL makes of them. */
  const make = (count: number) => {
    const writer = new PacketWriter(keys.initiatorL, keys.initiatorP);
    return Array.from({ length: count }, (_, i) => {
      const aad = i === 0 ? random(randomInt(4096)) : new Uint8Array(0);
      const contents = random(i % 100 === 0 ? randomInt(70_000) : randomInt(200));
      const ignore = randomInt(4) === 0;
      return { aad, contents, ignore, wire: bytes(writer.packet(contents, { aad, ignore })) };
    });
  };

  test('3,000 through thirteen rekeyings: plain cipher, sealer and OpenSSL make the same bytes', () => {
    const plain = new PacketCipher(keys, 'initiator');
    const sealer = nobleEngine.sealer(keys.initiatorL, keys.initiatorP);
    for (const { aad, contents, ignore, wire } of make(3000)) {
      expect(plain.encrypt(contents, { aad, ignore })).toEqual(wire);
      const out = new Uint8Array(contents.length + 20);
      const middle = contents.length >> 1;
      expect(
        sealer.write([contents.subarray(0, middle), contents.subarray(middle)], { aad, ignore }, out),
      ).toBe(out.length);
      expect(out).toEqual(wire);
    }
  });

  test('3,000 are opened by the plain cipher, and by the opener however the reads are cut', () => {
    const packets = make(3000);
    const plain = new PacketCipher(keys, 'responder');
    for (const { aad, contents, ignore, wire } of packets) {
      expect(plain.decryptLength(wire.subarray(0, 3))).toBe(contents.length);
      expect(plain.decrypt(wire.subarray(3), { aad })).toEqual({
        header: ignore ? 0x80 : 0,
        ignore,
        contents,
      });
    }
    const stream = concatBytes(...packets.map(({ wire }) => wire));
    for (const size of [1447, 16_384, stream.length]) {
      const opener = nobleEngine.opener(keys.initiatorL, keys.initiatorP, {
        aad: packets[0]!.aad,
        maxContents: 70_000,
      });
      const opened = [];
      for (let at = 0; at < stream.length; at += size) {
        const { packets: more, failure } = opener.push(stream.subarray(at, at + size));
        expect(failure).toBeUndefined();
        opened.push(...more);
      }
      expect(opened.map(({ contents, ignore, index }) => ({ contents, ignore, index }))).toEqual(
        packets.map(({ contents, ignore }, index) => ({ contents, ignore, index })),
      );
      expect(opener.partial).toMatchObject({ index: 3000, received: 0 });
    }
  });

  test('a failed decrypt ends the object; so does a wrong length', () => {
    const [first, second] = make(2);
    for (const damage of [
      (wire: Uint8Array) => wire.with(wire.length - 1, wire.at(-1)! ^ 1),
      (wire: Uint8Array) => wire.subarray(0, -1),
    ]) {
      const plain = new PacketCipher(keys, 'responder');
      plain.decryptLength(first!.wire.subarray(0, 3));
      expect(plain.decrypt(damage(first!.wire).subarray(3), { aad: first!.aad })).toBeNull();
      expect(() => plain.decryptLength(second!.wire.subarray(0, 3))).toThrow('nothing after it can be read');
    }
  });

  test('a changed key array does not change the cipher: keys are copied', () => {
    const copy = { ...keys, initiatorP: keys.initiatorP.slice(), initiatorL: keys.initiatorL.slice() };
    const plain = new PacketCipher(copy, 'initiator');
    copy.initiatorP.fill(0);
    copy.initiatorL.fill(0);
    const writer = new PacketWriter(keys.initiatorL, keys.initiatorP);
    expect(plain.encrypt(random(0))).toEqual(bytes(writer.packet(random(0))));
  });
});
