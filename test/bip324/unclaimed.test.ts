import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concatBytes } from '../../shared/bytes.js';
import { UnclaimedBytes } from '../../shared/bip324/unclaimed.js';

const bytesFrom = (start: number, length: number) =>
  Uint8Array.from({ length }, (_, i) => ((start + i) * 7) & 0xff);

test('whatever is expected, appended and taken, the bytes come out in order', () => {
  const length = fc.oneof(fc.nat(60), fc.integer({ min: 16_000, max: 17_000 }), fc.nat(60_000));
  const step = fc.tuple(fc.constantFrom('append', 'expect', 'take'), length);
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const unclaimed = new UnclaimedBytes();
      let [appended, taken] = [0, 0];
      const take = (length: number) => {
        const bytes = unclaimed.take(length);
        expect(bytes).toEqual(bytesFrom(taken, Math.min(length, appended - taken)));
        taken += bytes.length;
      };
      for (const [act, length] of steps) {
        if (act === 'take') take(length);
        else if (act === 'expect') unclaimed.expect(length);
        else unclaimed.append(bytesFrom((appended += length) - length, length));
        expect(unclaimed.length).toBe(appended - taken);
      }
      take(unclaimed.length);
      expect(unclaimed.length).toBe(0);
    }),
    { numRuns: 300 },
  );
});

test('a long packet comes as an array of its own size, and what follows it stays', () => {
  const unclaimed = new UnclaimedBytes();
  const stream = bytesFrom(0, 100_000);
  unclaimed.append(stream.subarray(0, 10));
  unclaimed.expect(90_000);
  for (let at = 10; at < stream.length; at += 16_384) unclaimed.append(stream.subarray(at, at + 16_384));
  const packet = unclaimed.take(90_000);
  expect(packet.buffer.byteLength).toBe(90_000);
  expect(concatBytes(packet, unclaimed.take(10_000))).toEqual(stream);
});
