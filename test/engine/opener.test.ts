/** What an engine's opener and sealer promise, said of both. */
import { describe, expect, test } from 'vitest';
import { concatBytes } from '../../shared/bytes.js';
import { type Engine } from '../../shared/engine/index.js';
import { engines, pattern } from './engines.js';

const keyL = pattern(32, 1);
const keyP = pattern(32, 2);

describe.each(engines)('$name', (engine: Engine) => {
  const seal = (lengths: readonly number[]) => {
    const sealer = engine.sealer(keyL, keyP);
    return lengths.map((length, i) => {
      const wire = new Uint8Array(length + 20);
      sealer.write([pattern(length, i)], {}, wire);
      return wire;
    });
  };
  const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

  test.each([10, 6000])('a failure in the third of ten packets of %i bytes: two are returned', (length) => {
    const wires = seal(Array.from({ length: 10 }, () => length));
    wires[2]![length]! ^= 1;
    const opener = engine.opener(keyL, keyP);
    const { packets, failure } = opener.push(concatBytes(...wires), true);
    expect(packets.map(({ contents }, i) => same(contents, pattern(length, i)))).toEqual([true, true]);
    expect(failure).toEqual({ code: 'packet-authentication-failed', index: 2, length });
    expect(opener.partial).toEqual({ index: 2, received: 0, length });
    expect(opener.push(wires[3]!)).toEqual({ packets: [] });
  });

  test('a length above the limit fails with its three bytes, in one read or three', () => {
    const [first, second] = seal([5, 101]) as [Uint8Array, Uint8Array];
    const failure = { code: 'packet-too-large', index: 1, length: 101 };
    const whole = engine.opener(keyL, keyP, { maxContents: 100 });
    expect(whole.push(concatBytes(first, second))).toMatchObject({ packets: [{ index: 0 }], failure });
    const bytewise = engine.opener(keyL, keyP, { maxContents: 100 });
    bytewise.push(first);
    expect(bytewise.push(second.subarray(0, 1))).toEqual({ packets: [] });
    expect(bytewise.push(second.subarray(1, 2))).toEqual({ packets: [] });
    expect(bytewise.partial).toEqual({ index: 1, received: 2, length: undefined });
    expect(bytewise.push(second.subarray(2, 3))).toEqual({ packets: [], failure });
  });

  test('partial says what came of a packet, byte by byte', () => {
    const lengths = [0, 3, 4096, 5000];
    const opener = engine.opener(keyL, keyP);
    seal(lengths).forEach((wire, index) => {
      const length = lengths[index]!;
      for (let received = 1; received < wire.length; received++) {
        expect(opener.push(wire.subarray(received - 1, received))).toEqual({ packets: [] });
        expect(opener.partial).toEqual({ index, received, length: received < 3 ? undefined : length });
      }
      const { packets } = opener.push(wire.subarray(-1));
      expect(packets.map(({ contents }) => same(contents, pattern(length, index)))).toEqual([true]);
      expect(opener.partial).toEqual({ index: index + 1, received: 0, length: undefined });
    });
  });

  test('a packet of the largest length there is', () => {
    const length = 2 ** 24 - 1;
    const wire = new Uint8Array(length + 20);
    const contents = pattern(length);
    expect(engine.sealer(keyL, keyP).write([contents], {}, wire)).toBe(wire.length);
    const opener = engine.opener(keyL, keyP);
    expect(opener.push(wire.subarray(0, 9_000_001)).packets).toEqual([]);
    expect(same(opener.push(wire.subarray(9_000_001)).packets[0]!.contents, contents)).toBe(true);
  });

  test('owned contents stay; borrowed ones stay while packets are sealed', () => {
    const lengths = [40, 3000, 200_000, 7];
    const wires = seal([...lengths, ...lengths]);
    const opener = engine.opener(keyL, keyP);
    const owned = opener.push(concatBytes(...wires.slice(0, 4))).packets;
    const sealer = engine.sealer(keyL, keyP);
    const second = concatBytes(...wires.slice(4));
    // The third packet comes in two reads, and is long: its contents are put together elsewhere.
    const cut = 3060 + 90_000;
    const early = opener.push(second.subarray(0, cut), true).packets.map(({ contents }) => contents.slice());
    const late = opener.push(second.subarray(cut), true).packets;
    sealer.write([pattern(100_000, 50)], { aad: pattern(1000) }, new Uint8Array(100_020));
    sealer.write([pattern(300_000, 51)], {}, new Uint8Array(300_020));
    const contents = [...owned.map((packet) => packet.contents), ...early];
    for (const packet of late) contents.push(packet.contents);
    const wanted = [...lengths, ...lengths].map((length, i) => pattern(length, i));
    expect(contents.map((bytes, i) => same(bytes, wanted[i]!))).toEqual(wanted.map(() => true));
  });

  test.each([200, 50_000])('borrowed contents of %i bytes may be the next read', (length) => {
    // A connection inside another: what the outer packet holds is the inner one.
    const inner = seal([length])[0]!;
    const outer = new Uint8Array(inner.length + 20);
    engine.sealer(keyP, keyL).write([inner], {}, outer);
    for (const cut of [outer.length, outer.length - 1]) {
      const opener = engine.opener(keyP, keyL);
      const next = engine.opener(keyL, keyP);
      const reads = [outer.subarray(0, cut), outer.subarray(cut)].filter((read) => read.length > 0);
      const outside = reads.flatMap((read) => opener.push(read, true).packets);
      const { packets } = next.push(outside[0]!.contents, true);
      expect(packets.map(({ contents }) => same(contents, pattern(length, 0)))).toEqual([true]);
    }
  });

  test.each([true, false])('packets longer than the window, many in one read; borrowed: %s', (borrow) => {
    const lengths = [2_000_000, 1_200_000, 50, 1_900_000, 1_114_092, 1_114_093, 3];
    const opener = engine.opener(keyL, keyP);
    for (let round = 0; round < 2; round++) {
      const wires = seal([...lengths, ...lengths]).slice(
        round * lengths.length,
        (round + 1) * lengths.length,
      );
      const { packets } = opener.push(concatBytes(...wires), borrow);
      const found = packets.map(({ contents, index }) => same(contents, pattern(contents.length, index)));
      expect(packets.map(({ contents }) => contents.length)).toEqual(lengths);
      expect(found).toEqual(lengths.map(() => true));
    }
  });

  test('nothing is written behind a packet, and nothing is needed there', () => {
    const out = new Uint8Array(200).fill(7);
    expect(engine.sealer(keyL, keyP).write([pattern(10)], {}, out)).toBe(30);
    expect(out.subarray(30).every((byte) => byte === 7)).toBe(true);
  });

  test('the header is one byte of what is asked for', () => {
    const sealer = engine.sealer(keyL, keyP);
    const opener = engine.opener(keyL, keyP);
    const headers = [
      {},
      { ignore: true },
      { header: 0x7f },
      { header: 0x1ff, ignore: true },
      { header: 0x80 },
    ];
    const opened = headers.map((options) => {
      const wire = new Uint8Array(20);
      sealer.write([], options, wire);
      return opener.push(wire).packets.map(({ header, ignore }) => ({ header, ignore }));
    });
    expect(opened.flat()).toEqual([
      { header: 0, ignore: false },
      { header: 0x80, ignore: true },
      { header: 0x7f, ignore: false },
      { header: 0xff, ignore: true },
      { header: 0x80, ignore: true },
    ]);
  });

  test('errors of the caller', () => {
    expect(() => engine.opener(keyL.subarray(1), keyP)).toThrow(new TypeError('both keys have 32 bytes'));
    expect(() => engine.sealer(keyL, pattern(33))).toThrow(new TypeError('both keys have 32 bytes'));
    const sealer = engine.sealer(keyL, keyP);
    expect(() => sealer.write([pattern(5)], {}, new Uint8Array(24))).toThrow(
      new RangeError('the packet needs 25 bytes of room'),
    );
    const long = new Uint8Array(2 ** 23);
    expect(() => sealer.write([long, long], {}, new Uint8Array(0))).toThrow(
      new RangeError('contents have at most 2^24 - 1 bytes'),
    );
    // Neither used up a packet.
    const wire = new Uint8Array(25);
    sealer.write([pattern(5, 0)], {}, wire);
    expect(wire).toEqual(seal([5])[0]);
    sealer.destroy();
    expect(() => sealer.write([], {}, wire)).toThrow(new TypeError('the sealer was destroyed'));
  });
});
