import { expect } from 'vitest';

/**
 * Byte arrays that are equal are found to be so at once: vitest looks at them as objects, an element at a time, which
 * takes most of the time of a test that compares megabytes. What differs is left to vitest, which then says where.
 */
expect.addEqualityTesters([
  (a: unknown, b: unknown): true | undefined =>
    a instanceof Uint8Array &&
    b instanceof Uint8Array &&
    a.constructor === b.constructor &&
    Buffer.compare(a, b) === 0
      ? true
      : undefined,
]);
