/** What the WebAssembly engine's memory holds: no more after many packets, and no secret after the end. */
import { describe, expect, test } from 'vitest';
import { concatBytes } from '../../shared/bytes.js';
import { nobleEngine, type Engine } from '../../shared/engine/index.js';
import { collectGarbage } from '../fuzz/memory.js';
import { freshArena, pattern } from './engines.js';

const keyL = pattern(32, 1);
const keyP = pattern(32, 2);

function seal(engine: Engine, count: number, length: number, aad = new Uint8Array(0)): Uint8Array[] {
  const sealer = engine.sealer(keyL, keyP);
  const wires = Array.from({ length: count }, (_, i) => {
    const wire = new Uint8Array(length + 20);
    sealer.write([pattern(length, i)], i === 0 ? { aad } : {}, wire);
    return wire;
  });
  sealer.destroy();
  return wires;
}

const holds = (memory: Uint8Array, bytes: Uint8Array) =>
  Buffer.from(memory.buffer).includes(Buffer.from(bytes));

test('100,000 packets, small and long, in reads of any size, take no memory', async () => {
  const { arena, engine } = await freshArena();
  const streams = [
    concatBytes(...seal(engine, 5000, 41)),
    concatBytes(...seal(engine, 40, 70_000)),
    concatBytes(...seal(engine, 2, 3_000_000)),
  ];
  const size = () => arena.wasm.memory.buffer.byteLength;
  const before = size();
  let packets = 0;
  for (let round = 0; round < 20; round++)
    for (const stream of streams)
      for (const borrow of [false, true]) {
        const opener = engine.opener(keyL, keyP);
        const read = [1447, 65_536, 5_000_000][round % 3]!;
        for (let at = 0; at < stream.length; at += read)
          packets += opener.push(stream.subarray(at, at + read), borrow).packets.length;
        expect(opener.partial.received).toBe(0);
        opener.destroy();
      }
  expect(packets).toBe(20 * 2 * 5042);
  expect(size()).toBe(before);
  expect(arena.slotsInUse).toBe(0);
});

test.each([
  { length: 4_000_013, again: true },
  { length: 2 ** 22, again: true },
  { length: 2 ** 22 + 1, again: false },
])('the memory of $length borrowed bytes is used again: $again', async ({ length, again }) => {
  const { engine } = await freshArena();
  const opener = engine.opener(keyL, keyP);
  const [first, second] = seal(engine, 2, length).map((wire) => opener.push(wire, true).packets[0]!.contents);
  expect(second).toHaveLength(length);
  expect(first!.buffer === second!.buffer).toBe(again);
});

test('borrowed contents may be the keys and the additional data of the next opener, also when the memory grows', async () => {
  const { arena, engine } = await freshArena();
  const [outer] = seal(engine, 1, 96) as [Uint8Array];
  const [nextL, nextP, aad] = [0, 32, 64].map((at) => pattern(96, 0).slice(at, at + 32));
  const inner = new Uint8Array(25);
  nobleEngine.sealer(nextL!, nextP!).write([pattern(5)], { aad: aad! }, inner);
  const openers = [];
  // It grows by 51 places at a time: an odd number, so that each of the two that a turn takes meets it.
  while (openers.length < 220) {
    const opener = engine.opener(keyL, keyP);
    const lent = opener.push(outer, true).packets[0]!.contents;
    const next = engine.opener(lent.subarray(0, 32), lent.subarray(32, 64), { aad: lent.subarray(64) });
    expect(next.push(inner).packets[0]?.contents).toEqual(pattern(5));
    openers.push(opener, next);
  }
  expect(arena.slotsInUse).toBe(220);
});

test('a thousand connections at once have slots of their own, which are used again', async () => {
  const { arena, engine } = await freshArena();
  const make = () =>
    Array.from({ length: 1000 }, (_, i) => ({
      opener: engine.opener(pattern(32, i), keyP),
      sealer: engine.sealer(pattern(32, i), keyP),
      contents: pattern(50, i),
    }));
  const pass = (ends: ReturnType<typeof make>) => {
    const wires = ends.map(({ sealer, contents }) => {
      const wire = new Uint8Array(70);
      sealer.write([contents], {}, wire);
      return wire;
    });
    ends.forEach(({ opener, contents }, i) => {
      expect(opener.push(wires[i]!).packets[0]?.contents).toEqual(contents);
    });
  };
  const first = make();
  expect(arena.slotsInUse).toBe(2000);
  pass(first);
  const size = arena.wasm.memory.buffer.byteLength;
  expect(size).toBeLessThan(2000 * 1500 + 1_500_000);
  for (const { opener, sealer } of first) {
    opener.destroy();
    opener.destroy();
    sealer.destroy();
  }
  expect(arena.slotsInUse).toBe(0);
  const second = make();
  pass(second);
  pass(second);
  expect(arena.wasm.memory.buffer.byteLength).toBe(size);
});

describe('after destroy', () => {
  test('neither keys nor key stream are left', async () => {
    const { arena, engine } = await freshArena();
    const [wire] = seal(engine, 1, 100) as [Uint8Array];
    const opener = engine.opener(keyL, keyP);
    const sealer = engine.sealer(keyL, keyP);
    opener.push(wire);
    sealer.write([pattern(100)], {}, new Uint8Array(120));
    arena.enter();
    // XOR of plain and sealed: the key stream that was used.
    const stream = wire.subarray(4, 20).map((byte, i) => byte ^ pattern(100)[i]!);
    const mask = wire.subarray(0, 3).map((byte, i) => byte ^ [100, 0, 0][i]!);
    for (const secret of [keyL, keyP, stream, mask]) expect(holds(arena.bytes, secret)).toBe(true);
    opener.destroy();
    sealer.destroy();
    for (const secret of [keyL, keyP, stream]) expect(holds(arena.bytes, secret)).toBe(false);
  });

  test('keys that were replaced are gone at once', async () => {
    const { arena, engine } = await freshArena();
    const sealer = engine.sealer(keyL, keyP);
    for (let i = 0; i < 223; i++) sealer.write([], {}, new Uint8Array(20));
    arena.enter();
    expect([holds(arena.bytes, keyL), holds(arena.bytes, keyP)]).toEqual([true, true]);
    // The last of a key: its key stream is known, as its contents are.
    const last = new Uint8Array(36);
    sealer.write([new Uint8Array(16)], {}, last);
    expect([keyL, keyP, last.slice(4, 20)].map((secret) => holds(arena.bytes, secret))).toEqual([
      false,
      false,
      true, // where it was sealed: it is ciphertext as well
    ]);
    arena.bytes.fill(0, arena.piece, arena.piece + 36);
    expect(holds(arena.bytes, last.slice(4, 20))).toBe(false);
  });

  test.each([100, 5000, 200_000])('nor %i bytes of plaintext, nor what was being opened', async (length) => {
    const { arena, engine } = await freshArena();
    const plain = pattern(length).subarray(length - 80, length - 20);
    const [wire] = seal(engine, 1, length) as [Uint8Array];
    const bad = wire.slice();
    bad[length + 19]! ^= 1;
    for (const cut of [wire.length, wire.length - 10]) {
      const owner = engine.opener(keyL, keyP);
      owner.push(wire.subarray(0, cut));
      owner.push(wire.subarray(cut));
      expect(holds(arena.bytes, plain)).toBe(false);
      const borrower = engine.opener(keyL, keyP);
      borrower.push(wire, true);
      expect(holds(arena.bytes, plain)).toBe(true);
      const failing = engine.opener(keyL, keyP);
      failing.push(bad.subarray(0, cut), true);
      failing.push(bad.subarray(cut), true);
      expect(holds(arena.bytes, plain)).toBe(false);
    }
  });
});

test('what was dropped and not destroyed is wiped and free once it is collected', async () => {
  const { arena, engine } = await freshArena();
  const key = pattern(32, 99);
  (() => {
    for (let i = 0; i < 30; i++) engine.opener(key, keyP);
    for (let i = 0; i < 30; i++) engine.sealer(key, keyP);
  })();
  expect(arena.slotsInUse).toBe(60);
  await expect
    .poll(() => {
      collectGarbage();
      return arena.slotsInUse;
    })
    .toBe(0);
  expect(holds(arena.bytes, key)).toBe(false);
});
