/**
 * The compiled module has no branch, address or division that depends on a secret where it multiplies by one: shown for
 * what is shipped, and that the scan would notice, on modules that are built wrong.
 */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { moduleBase64 } from '../../shared/engine/wasm/module.js';
import { compileChanged } from './compile.js';
import { scanSecretFlow } from './secret-flow.js';

/** All that sees a secret key. keysPrepare has none, but makes its table by the same functions. */
const SECRET_EXPORTS = ['keysEcdh', 'keysPublicX', 'keysIsSecret', 'keysPrepare', 'keysWipe'];

/** The engine's module, with one text in one source replaced by another. */
const compileWith = (file: string, from: string, to: string) =>
  compileChanged((folder) => {
    const source = path.join(folder, file);
    const text = fs.readFileSync(source, 'utf8');
    expect(text.split(from), `${JSON.stringify(from)} in ${file}`).toHaveLength(2);
    fs.writeFileSync(source, text.replace(from, to));
  });

test('multiplying by a secret: only loops that count decide branches, and addresses come of nothing secret', () => {
  const scan = scanSecretFlow(Buffer.from(moduleBase64, 'base64'), SECRET_EXPORTS);
  expect(scan.findings).toEqual([]);
  expect(scan.functions).toBeGreaterThan(20);
  expect(scan.branches).toBeGreaterThan(15);
  expect(scan.addresses).toBeGreaterThan(300);
});

test('what works on public values alone does branch on them, and the scan says so', () => {
  const { findings } = scanSecretFlow(Buffer.from(moduleBase64, 'base64'), ['keysDecode']);
  expect(findings.join('\n')).toMatch('a secret decides an if');
});

const MISTAKES: [what: string, file: string, from: string, to: string, finding: RegExp][] = [
  [
    'an addition that is left out where a digit is 0',
    'multiply.ts',
    'look(TABLE_1, windowOf(HALF_1, i - 1));',
    'if (windowOf(HALF_1, i - 1) === 0) continue;\n    look(TABLE_1, windowOf(HALF_1, i - 1));',
    /a secret decides (an if|a br_if)/,
  ],
  [
    'a table read at the digit',
    'table.ts',
    'v128.store(SCAN, a);',
    'a = v128.load(table + (digits & 15) * ENTRY);\n  v128.store(SCAN, a);',
    /a secret is in the address of a load/,
  ],
  [
    'a scan that ends at the entry it looks for',
    'table.ts',
    'const entry = table + i * ENTRY;\n    const mask',
    'const entry = table + i * ENTRY;\n    if (i > <usize>(digits & 15)) break;\n    const mask',
    /a secret decides (an if|a br_if)/,
  ],
  [
    'a special case of the addition behind a branch',
    'group.ts',
    'choose(X, X, x, atInfinity);',
    'if (atInfinity) copy(X, x);',
    /a secret decides an if/,
  ],
  [
    'a choice of pointers',
    'group.ts',
    'choose(R, R, A, undefinedSlope); // 2',
    'copy(R, undefinedSlope ? A : R);',
    /a secret (decides a select|is in the address of a load)/,
  ],
  [
    'a subtraction of the order behind a branch',
    'scalar.ts',
    'const reduced = 0 - <u32>(carry | passed);',
    'const reduced = 0 - <u32>(carry | passed);\n  if (reduced) store<u32>(PRODUCT, 0, 60);',
    /a secret decides an if/,
  ],
  [
    'a division',
    'scalar.ts',
    'const odd = 0 - (load<u32>(SUM) & 1);',
    'const odd = 0 - (load<u32>(SUM) % load<u32>(N) & 1);',
    /a secret is divided/,
  ],
];

for (const [what, file, from, to, finding] of MISTAKES) {
  test(`${what} is found`, async () => {
    const { findings } = scanSecretFlow(await compileWith(file, from, to), SECRET_EXPORTS);
    expect(findings.join('\n')).toMatch(finding);
  });
}
