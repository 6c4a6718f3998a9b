/** `npm run bench` in short: that it measures everything and says so. How fast anything is, it says to people only. */
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { GroupResult } from './groups.js';
import type { About } from './report.js';

const run = (...flags: string[]) =>
  promisify(execFile)(process.execPath, [path.join(import.meta.dirname, 'run.mjs'), 'node', ...flags]);

test('every group has its rows, as a table and as JSON', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'peerglass-bench-'));
  const file = path.join(folder, 'bench.json');
  try {
    const { stdout, stderr } = await run('--rounds', '1', '--slice-ms', '0', '--json', file);
    const text = fs.readFileSync(file, 'utf8');
    const { about, groups } = JSON.parse(text) as { about: About; groups: GroupResult[] };
    expect(about).toMatchObject({ platform: `Node ${process.versions.node}`, rounds: 1 });
    expect(about.versions['@noble/ciphers']).toMatch(/^\d+\.\d+\.\d+$/);
    expect(text).not.toContain(path.join(import.meta.dirname, '../..'));
    expect(groups.map(({ name }) => name)).toEqual([
      'seal',
      'open',
      'packets',
      'keys',
      'handshakes',
      'hashes',
    ]);
    const rows = groups.flatMap(({ contests }) => contests.flatMap((contest) => contest.rows));
    expect(rows.length).toBe(6 + 6 + 5 + 3 + 3 + 2);
    for (const { name, candidates } of rows) {
      expect(stdout).toContain(`\n${name} `);
      expect(stderr).toContain(name);
      expect(candidates[0]!.times).toEqual({ median: 1, low: 1, high: 1 });
      expect(candidates.some((candidate) => candidate.name.startsWith('Peerglass'))).toBe(true);
      for (const { name, seconds, times } of candidates) {
        expect(stdout).toContain(name);
        expect(seconds).toBeGreaterThan(0);
        expect(times.low).toBeLessThanOrEqual(times.high);
      }
    }
    const comparisons = groups.flatMap(({ contests }) => contests.flatMap((contest) => contest.comparisons));
    expect(comparisons.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('a read of 1 MiB against'),
        expect.stringContaining('4095 bytes of garbage against'),
      ]),
    );
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

test('what it does not know it says in one line', async () => {
  const failed = (...flags: string[]) =>
    run(...flags).catch((error: { stderr: string; code: number }) => error);
  expect(await failed('--only', 'hash')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /^bench: --only hash: there is none of that name, but seal, .*\n$/,
    ) as string,
  });
  expect(await failed('--rounds', '0')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('at least 1') as string,
  });
});
