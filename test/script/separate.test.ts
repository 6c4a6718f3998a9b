/** Whoever decodes messages loads no code for addresses or for signing. */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const shared = path.resolve(import.meta.dirname, '../../shared');
const imports = (file: string) =>
  [...fs.readFileSync(file, 'utf8').matchAll(/^(?:import|export) [^;]*?from '([^']+)';/gm)].map(
    ([, from]) => from!,
  );

/** The files and packages that a module needs. */
function needs(entry: string): Set<string> {
  const found = new Set([path.join(shared, entry)]);
  for (const file of found) {
    if (!file.endsWith('.ts')) continue;
    for (const from of imports(file))
      found.add(from.startsWith('.') ? path.resolve(path.dirname(file), from.replace(/\.js$/, '.ts')) : from);
  }
  return found;
}

test.each(['messages/index.ts', 'peer/index.ts', 'chain/index.ts'])('%s loads nothing of @scure', (entry) => {
  const all = [...needs(entry)];
  expect(all).toContain(path.join(shared, 'messages/layout.ts'));
  expect(all).toContain('@noble/hashes/sha2.js');
  expect(all.filter((name) => name.startsWith('@scure'))).toEqual([]);
});

test('addresses load @scure/base, and no more of it', () => {
  expect([...needs('script/index.ts')].filter((name) => name.startsWith('@scure'))).toEqual(['@scure/base']);
});
