/** A slice of the fuzz: always the same streams, and some that nobody has seen. `npm run fuzz` runs a million. */
import { randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import { runStreams, type Tally } from './run.js';

const total = (tally: Tally) =>
  Object.entries(tally)
    .filter(([name]) => !name.startsWith('codec'))
    .flatMap(([, row]) => Object.values(row))
    .reduce((sum, count) => sum + count, 0);

/** '<seed>:<number>', as a failure says it. */
const again = process.env['PEERGLASS_FUZZ']?.split(':').map(Number);

const slices =
  again === undefined
    ? [
        { seed: 1, first: 0, count: 700 },
        { seed: randomInt(2 ** 31), first: 0, count: 700 },
      ]
    : [{ seed: again[0]!, first: again[1] ?? 0, count: 1 }];

test.each(slices)('streams of seed $seed: nothing throws, hangs or piles up', async (slice) => {
  const tally = await runStreams({ ...slice, step: 1, payloads: 5 });
  expect(total(tally)).toBe(slice.count);
  if (slice.seed !== 1 || again !== undefined) return;
  // The streams that are always the same reach everything that is to be fuzzed.
  for (const name of [
    'v2 initiator',
    'v2 responder',
    'v1 initiator',
    'v1 responder',
    'both engines',
    'codec of block',
  ])
    expect(Object.keys(tally[name]!).length).toBeGreaterThan(3);
});
