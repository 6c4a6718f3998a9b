/** A connection that never runs dry leaves the others in its thread their turn. */
import { expect, test } from 'vitest';
import { tap } from '../../web/worker/tap.js';

/** As much as is asked for, at once. */
const flooding = (pieces: number, size: number) => {
  let left = pieces;
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (left-- > 0) controller.enqueue(new Uint8Array(size).fill(left));
        else controller.close();
      },
    },
    { highWaterMark: 0 },
  );
};

test('between reads that take long, others run; no byte is lost, and pieces are small', async () => {
  const [pieces, size] = [8, 100_000];
  const tapped = tap({ readable: flooding(pieces, size), writable: new WritableStream(), close: () => {} });
  let turns = 0;
  const other = setInterval(() => turns++, 1);
  const seen: number[] = [];
  for await (const chunk of tapped.duplex.readable) {
    expect(chunk.length).toBeLessThanOrEqual(16 * 1024);
    seen.push(chunk.length);
    // What it takes to decrypt, decode and log it.
    const until = performance.now() + 5;
    while (performance.now() < until);
  }
  clearInterval(other);
  expect(seen.reduce((sum, length) => sum + length, 0)).toBe(pieces * size);
  expect(tapped.received()).toBe(pieces * size);
  expect(tapped.head()).toEqual(new Uint8Array(64).fill(pieces - 1));
  expect(turns).toBeGreaterThan(5);
});
