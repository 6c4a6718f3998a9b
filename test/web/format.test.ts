/** How the page writes times. */
import { expect, test } from 'vitest';
import { since, sinceInRow } from '../../web/format.js';

test.each([
  [4.25, '+4.3 ms', '+4.3 ms'],
  [999, '+999 ms', '+999 ms'],
  [59_900, '+59.9 s', '+59.9 s'],
  [84_000, '+1 min 24 s', '+1:24'],
  [3_599_999, '+59 min 59 s', '+59:59'],
  [3_600_000 + 62_000, '+61 min 02 s', '+1:01:02'],
])('%d ms after the start: %s, in a row %s', (ms, whole, brief) => {
  expect(since(ms)).toBe(whole);
  expect(sinceInRow(ms)).toBe(brief);
});
