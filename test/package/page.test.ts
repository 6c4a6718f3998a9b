/** The built page, as it is served. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
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

test('the service worker knows every other file, by its true hash', () => {
  const worker = fs.readFileSync(path.join(page, 'service-worker.js'), 'utf8');
  const known = [...worker.matchAll(/"integrity":"sha256-([^"]+)"[^}]*"url":"([^"]+)"/g)].map(
    ([, hash, url]) => [url === './' ? 'index.html' : url, hash],
  );
  const files = fs
    .readdirSync(page, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'service-worker.js')
    .map((entry) => path.join(entry.parentPath, entry.name));
  const hashes = files.map((file) => [
    path.relative(page, file).split(path.sep).join('/'),
    createHash('sha256').update(fs.readFileSync(file)).digest('base64'),
  ]);
  expect(known.sort()).toEqual(hashes.sort());
});
