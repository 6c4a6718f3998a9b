/** What a first visitor waits for: the scripts that the page and its worker load before anything is asked of them. */
import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { parseAst } from 'vite';
import { glossary } from '../../web/screens/reference/glossary.js';
import { root } from '../setup/product.js';

const BUDGET = 200 * 1024;
const page = path.join(root, 'dist/web');
const read = (file: string): string => fs.readFileSync(path.join(page, file), 'utf8');

/** The modules that a module needs before it runs, as paths in the page's folder. */
function importsOf(file: string): string[] {
  return parseAst(read(file)).body.flatMap((node) =>
    'source' in node && node.source ? [path.join(path.dirname(file), node.source.value)] : [],
  );
}

/** The scripts of the workers that a module starts. */
function workersOf(file: string): string[] {
  const urls = /new URL\(\s*[`'"]([^`'"]+\.js)[`'"]\s*,\s*import\.meta\.url\s*\)/g;
  return [...read(file).matchAll(urls)].map(([, url]) => path.join(path.dirname(file), url!));
}

function closure(files: readonly string[]): string[] {
  const all = new Set(files);
  for (const file of all) for (const needed of importsOf(file)) all.add(needed);
  return [...all];
}

const html = read('index.html');
const named = [...html.matchAll(/<(?:script|link)[^>]+(?:src|href)="\.\/([^"]+\.js)"/g)].map(
  ([, file]) => file!,
);
const first = closure(named);
const workers = closure(first.flatMap(workersOf)).filter((file) => !first.includes(file));
const scripts = fs
  .readdirSync(path.join(page, 'assets'))
  .filter((file) => file.endsWith('.js'))
  .map((file) => `assets/${file}`);

test('the initial JavaScript, worker included, is at most 200 KiB gzipped', () => {
  const sizeOf = (file: string) => gzipSync(read(file), { level: 9 }).length;
  const row = (file: string, kind: string) =>
    `${(sizeOf(file) / 1024).toFixed(1).padStart(7)} KiB  ${kind} ${file}`;
  const onDemand = scripts.filter((file) => !first.includes(file) && !workers.includes(file));
  const total = [...first, ...workers].reduce((sum, file) => sum + sizeOf(file), 0);
  console.log(
    [
      ...first.map((file) => row(file, 'first    ')),
      ...workers.map((file) => row(file, 'worker   ')),
      `${(total / 1024).toFixed(1).padStart(7)} KiB  of at most ${BUDGET / 1024} KiB, gzipped`,
      ...onDemand.map((file) => row(file, 'on demand')),
    ].join('\n'),
  );
  // That nothing was overlooked: the page's own entry, a script of index.html, and one worker.
  expect(first).toEqual(expect.arrayContaining(['theme.js', expect.stringMatching(/^assets\/index-/)]));
  expect(workers).toContainEqual(expect.stringMatching(/^assets\/main-/));
  expect(total).toBeLessThanOrEqual(BUDGET);
});

test('screens that are loaded on demand are not among it', () => {
  const list = fs.readFileSync(path.join(root, 'web/screens.tsx'), 'utf8');
  const lazy = [...list.matchAll(/import\('\.\/[\w/-]+\/(\w+)\.js'\)/g)].map(([, name]) => name!);
  expect(lazy).toContain('Messages');
  for (const name of lazy) {
    const chunk = expect.stringMatching(`^assets/${name}-`) as string;
    expect(scripts).toContainEqual(chunk);
    expect([...first, ...workers]).not.toContainEqual(chunk);
  }
});

test('the glossary is loaded with the reference, and not before', () => {
  const says = glossary['man-in-the-middle'].says;
  expect(scripts.filter((file) => read(file).includes(says))).toHaveLength(1);
  for (const file of [...first, ...workers]) expect(read(file)).not.toContain(says);
});
