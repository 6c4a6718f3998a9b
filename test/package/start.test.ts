import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startChild, temporaryFolder } from '../setup/processes.js';
import { listening, root } from '../setup/product.js';

/** A copy of the sources, to build, spoil and mend. */
const folder = temporaryFolder('start');
const inCopy = (file: string) => path.join(folder.path, file);
const parts = ['shared', 'bridge', 'web', 'vite.config.ts', 'package.json', 'package-lock.json'];
const configs = ['tsconfig.json', 'tsconfig.base.json', 'test/tsconfig.json'];

beforeAll(() => {
  for (const part of [...parts, ...configs])
    fs.cpSync(path.join(root, part), inCopy(part), { recursive: true });
});
afterAll(() => folder.remove());

const run = (...args: string[]) => {
  const { stdout, stderr, status } = spawnSync(process.execPath, args, {
    cwd: folder.path,
    encoding: 'utf8',
  });
  return { stdout, stderr, status };
};
const start = (...args: string[]) => run('bridge/start.mjs', ...args);
const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  version: string;
};
const building = (part: string) => `Peerglass: building the ${part} …\n`;

describe('npm start, step by step from a fresh checkout', () => {
  test('without dependencies it says so in one line', () => {
    expect(start()).toEqual({
      stdout: '',
      stderr: 'Peerglass: dependencies are missing; run `npm ci` first.\n',
      status: 1,
    });
    fs.symlinkSync(path.join(root, 'node_modules'), inCopy('node_modules'));
  });

  test('a signal during the build ends it at once', async () => {
    const child = startChild(process.execPath, ['bridge/start.mjs'], { cwd: folder.path });
    await once(child.stderr, 'data');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([null, 'SIGTERM']);
  });

  test('it builds everything, then runs', () => {
    const first = start('--version');
    expect(first).toEqual({
      stdout: expect.stringContaining(version),
      stderr: building('engine') + building('bridge') + building('page'),
      status: 0,
    });
    expect(fs.existsSync(inCopy('dist/web/index.html'))).toBe(true);
  });

  test('a second start builds nothing', () => {
    const { stderr, stdout, status } = start('--help');
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout).toMatch(/--port/);
  });

  test('it serves the page, and SIGTERM ends it cleanly', async () => {
    const product = await listening(['bridge/start.mjs', '--port', '0'], folder.path);
    const page = await fetch(product.url);
    expect(page.status).toBe(200);
    expect(await page.text()).toBe(fs.readFileSync(inCopy('dist/web/index.html'), 'utf8'));
    expect(await product.stop()).toBe(0);
    await expect(fetch(product.url)).rejects.toThrow();
  });

  test('a page that changed is built, and only it', () => {
    fs.appendFileSync(inCopy('web/index.html'), '<!-- changed -->\n');
    expect(start('--version').stderr).toBe(building('page'));
    expect(fs.readFileSync(inCopy('dist/web/index.html'), 'utf8')).toContain('<!-- changed -->');
  });

  test('a missing output is made again, and an output without a source goes', () => {
    fs.rmSync(inCopy('dist/shared/bytes.js'));
    fs.writeFileSync(inCopy('dist/shared/gone.js'), '');
    expect(start('--version')).toMatchObject({ stderr: building('bridge'), status: 0 });
    expect(fs.existsSync(inCopy('dist/shared/bytes.js'))).toBe(true);
    expect(fs.existsSync(inCopy('dist/shared/gone.js'))).toBe(false);
  });

  test('two builds at once leave a whole product', async () => {
    fs.appendFileSync(inCopy('shared/bytes.ts'), '\n// changed\n');
    fs.appendFileSync(inCopy('web/index.html'), '<!-- again -->\n');
    const both = [1, 2].map(() => startChild(process.execPath, ['bridge/build.mjs'], { cwd: folder.path }));
    const exits = await Promise.all(both.map((child) => once(child, 'exit')));
    expect(exits).toEqual([
      [0, null],
      [0, null],
    ]);
    expect(start('--version')).toMatchObject({ stderr: '', status: 0 });
    expect(fs.readdirSync(inCopy('dist')).sort()).toEqual(['.stamps', 'bridge', 'shared', 'web']);
    // Each of them takes a while where the machine has other work.
  }, 180_000);

  test('a source that does not compile: the error, and exit code 1', () => {
    fs.appendFileSync(inCopy('shared/bytes.ts'), 'export const wrong: string = 1;\n');
    const { stderr, status } = run('bridge/build.mjs');
    expect(stderr).toMatch(/shared\/bytes\.ts\(\d+,14\): error TS2322/);
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect(status).toBe(1);
  });
});
