import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concatBytes } from '../../shared/bytes.js';
import { ChunkQueue } from '../../shared/tunnel/chunk-queue.js';

test('whatever the chunks, and whenever they are taken, the bytes come out in order', () => {
  const size = fc.oneof(fc.nat(40), fc.integer({ min: 8000, max: 9000 }), fc.constant(70_000));
  const step = fc.oneof(size, fc.constant('take' as const));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const queue = new ChunkQueue();
      const [went, came]: [Uint8Array[], Uint8Array[]] = [[], []];
      let next = 0;
      for (const step of steps) {
        if (step === 'take') came.push(queue.shift() ?? new Uint8Array());
        else {
          const chunk = Uint8Array.from({ length: step }, () => next++ & 0xff);
          went.push(chunk.slice());
          queue.append(chunk);
        }
        const [all, taken] = [went, came].map((some) => some.reduce((sum, { length }) => sum + length, 0));
        expect(queue.length).toBe(all! - taken!);
      }
      for (let chunk; (chunk = queue.shift()) !== undefined;) came.push(chunk);
      expect(concatBytes(...came)).toEqual(concatBytes(...went));
      expect(queue.length).toBe(0);
    }),
    { numRuns: 300 },
  );
});

test('a long chunk is passed on as it is, and short ones are joined', () => {
  const queue = new ChunkQueue();
  const long = new Uint8Array(65_536);
  for (let count = 0; count < 20_000; count++) queue.append(Uint8Array.of(count & 0xff));
  queue.append(long);
  queue.append(Uint8Array.of(1));
  const chunks = [queue.shift(), queue.shift(), queue.shift(), queue.shift()];
  expect(chunks.map((chunk) => chunk?.length)).toEqual([20_000, 65_536, 1, undefined]);
  expect(chunks[1]).toBe(long);
});

test('cleared, it is empty', () => {
  const queue = new ChunkQueue();
  queue.append(new Uint8Array(10_000));
  queue.append(new Uint8Array(1));
  queue.clear();
  expect(queue.length).toBe(0);
  expect(queue.shift()).toBeUndefined();
});
