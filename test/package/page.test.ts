/** The built page, as it is served. */
import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { root } from '../setup/product.js';

const page = path.join(root, 'dist/web');
const scripts = fs
  .readdirSync(path.join(page, 'assets'))
  .filter((file) => file.endsWith('.js'))
  .map((file) => ({ file, text: fs.readFileSync(path.join(page, 'assets', file), 'utf8') }));

test('is made for production, whoever called the build', () => {
  expect(scripts.length).toBeGreaterThan(0);
  for (const { text } of scripts) expect(text).not.toContain('React DevTools');
});

test('has at most 200 KiB of initial JavaScript, gzipped', () => {
  const html = fs.readFileSync(path.join(page, 'index.html'), 'utf8');
  const initial = scripts.filter(({ file }) => html.includes(file));
  expect(initial.length).toBeGreaterThan(0);
  const size = initial.reduce((sum, { text }) => sum + gzipSync(text).length, 0);
  expect(size).toBeLessThanOrEqual(200 * 1024);
});
