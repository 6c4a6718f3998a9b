/** The soak in short: every part of it with real processes, a few seconds each. Its rates are told, not judged. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const run = path.join(import.meta.dirname, 'run.mjs');

describe('npm run soak -- --short', () => {
  test.each(['churn', 'slow', 'stuck', 'drain'])('%s', async (part) => {
    // Not as wanted ends with 1: the table says what.
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...[run, 'soak', '--short', '--only', part],
    ]).catch((error: { stdout: string }) => error);
    expect(stdout).toContain('Everything is as wanted.');
    expect(stdout).toContain('as wanted');
  });
});
