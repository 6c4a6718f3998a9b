/** Any packets, any damage, any cuts: the WebAssembly engine says and writes what noble's does. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concatBytes } from '../../shared/bytes.js';
import { nobleEngine, type Engine, type Opener, type OpenResult } from '../../shared/engine/index.js';
import { engines, pattern } from './engines.js';

const [, wasm] = engines as [Engine, Engine];

const LONG = 131_072;
const length = fc.oneof(
  { weight: 30, arbitrary: fc.nat(300) },
  { weight: 6, arbitrary: fc.nat(5000) },
  { weight: 6, arbitrary: fc.constantFrom(0, 14, 15, 16, 62, 63, 64, 65, 126, 127, 128, 255, 256, 319, 320) },
  { weight: 1, arbitrary: fc.integer({ min: LONG - 80, max: LONG + 80 }) },
  { weight: 1, arbitrary: fc.nat(600_000) },
);
const packet = fc.record({ length, header: fc.nat(255), ignore: fc.boolean(), split: fc.nat(5) });
const damage = fc.option(fc.record({ at: fc.nat(), bit: fc.nat(7) }), { freq: 2 });
const aad = fc.oneof(fc.nat(4095), fc.constantFrom(0, 1, 15, 16, 17, 4095));
const cut = fc.oneof(fc.nat(40), fc.nat(3000), fc.constantFrom(0, 1, 2, 3, 1447, 65_536, 262_144, 1_000_000));

const scenario = fc.record({
  keys: fc.tuple(fc.nat(), fc.nat()),
  aad,
  /** Packets of length 0 before: some begin just before a rekeying. */
  before: fc.constantFrom(0, 0, 1, 222, 223, 447),
  packets: fc.array(packet, { maxLength: 12 }),
  damage,
  cuts: fc.infiniteStream(cut),
  borrow: fc.boolean(),
  maxContents: fc.constantFrom(undefined, 0, 100, 4999.5, LONG, 4_000_013, Infinity, NaN, -1),
  destroyAt: fc.option(fc.nat(20), { freq: 9 }),
});

/** What one engine says to one push, with owned contents: a view may end with the next push. */
function said(opener: Opener, read: Uint8Array, borrow: boolean) {
  const copy = read.slice();
  const { packets, ...rest }: OpenResult = opener.push(read, borrow);
  expect(read.length === copy.length && Buffer.compare(read, copy) === 0, 'the read is as it was').toBe(true);
  return {
    packets: packets.map(({ contents, ...facts }) => ({
      ...facts,
      length: contents.length,
      contents: Buffer.from(contents).toString('latin1'),
    })),
    ...rest,
    partial: opener.partial,
  };
}

test('sealed bytes, opened packets, failures and partial packets are the same', () => {
  fc.assert(
    fc.property(scenario, (s) => {
      const keyL = pattern(32, s.keys[0]);
      const keyP = pattern(32, s.keys[1] + 7);
      const garbage = pattern(s.aad, 3);
      const sealers = engines.map((engine) => engine.sealer(keyL, keyP));
      const wires: Uint8Array[] = [];
      const all = [
        ...Array.from({ length: s.before }, () => ({ length: 0, header: 0, ignore: true, split: 0 })),
        ...s.packets,
      ];
      for (const [i, { length: size, header, ignore, split }] of all.entries()) {
        const contents = pattern(size, i);
        const middle = Math.floor((size * split) / 5);
        const parts = [contents.subarray(0, middle), contents.subarray(middle)];
        const options = { header, ignore, ...(i === 0 && { aad: garbage }) };
        const outs = sealers.map((sealer) => {
          const out = new Uint8Array(size + 25).fill(0xaa);
          expect(sealer.write(parts, options, out)).toBe(size + 20);
          return out;
        });
        expect(Buffer.compare(outs[0]!, outs[1]!), `packet ${i} of ${size} bytes`).toBe(0);
        wires.push(outs[0]!.subarray(0, size + 20));
      }
      const stream = concatBytes(...wires);
      if (s.damage !== null && stream.length > 0) stream[s.damage.at % stream.length]! ^= 1 << s.damage.bit;

      const options = { aad: garbage, ...(s.maxContents !== undefined && { maxContents: s.maxContents }) };
      const openers = [nobleEngine, wasm].map((engine) => engine.opener(keyL, keyP, options));
      let at = 0;
      for (let push = 0; at < stream.length; push++) {
        const size = Math.max(s.cuts.next().value as number, push > 2000 ? 65_536 : 0);
        const read = stream.subarray(at, at + size);
        at += size;
        if (s.destroyAt === push) for (const opener of openers) opener.destroy();
        const [expected, got] = openers.map((opener) => said(opener, read, s.borrow));
        expect(got).toEqual(expected);
      }
      for (const object of [...openers, ...sealers]) object.destroy();
      expect(openers[1]!.partial).toEqual(openers[0]!.partial);
    }),
    { numRuns: 150 },
  );
});
