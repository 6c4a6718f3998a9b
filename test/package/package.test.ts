import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../setup/processes.js';
import { root } from '../setup/product.js';

const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  exports: Record<string, string | { types: string; default: string }>;
};
const entries = Object.entries(manifest.exports).flatMap(([subpath, target]) =>
  typeof target === 'string' ? [] : [{ name: path.posix.join('peerglass', subpath), ...target }],
);

test('these are the entries', () => {
  expect(entries.map(({ name }) => name)).toEqual([
    'peerglass',
    'peerglass/bip324',
    'peerglass/chain',
    'peerglass/messages',
    'peerglass/peer',
    'peerglass/recording',
    'peerglass/script',
    'peerglass/tunnel',
    'peerglass/node',
  ]);
});

describe.each(entries)('$name', ({ name, types }) => {
  test('is imported by plain Node, and exports something', () => {
    const code = `console.log(JSON.stringify(Object.keys(await import('${name}'))))`;
    const output = execFileSync(process.execPath, ['--input-type=module', '--eval', code], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(JSON.parse(output)).not.toEqual([]);
  });

  test('carries types', () => expect(fs.existsSync(path.join(root, types))).toBe(true));
});

test.each([
  { consumer: 'a page', options: { lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'], types: [] } },
  { consumer: 'a Node program', options: { lib: ['lib.es2023.d.ts'], types: ['node'] } },
])('the types are whole for $consumer', ({ consumer, options }) => {
  const folder = temporaryFolder('consumer');
  const modules = path.join(folder.path, 'node_modules');
  fs.mkdirSync(modules);
  fs.symlinkSync(root, path.join(modules, 'peerglass'));
  fs.symlinkSync(path.join(root, 'node_modules/@types'), path.join(modules, '@types'));
  const file = path.join(folder.path, 'consumer.ts');
  const wanted = entries.filter(({ name }) => consumer !== 'a page' || name !== 'peerglass/node');
  fs.writeFileSync(file, wanted.map(({ name }, i) => `export * as e${i} from '${name}';`).join('\n'));
  const program = ts.createProgram([file], {
    ...options,
    typeRoots: [path.join(modules, '@types')],
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  });
  const problems = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
    return `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
  // The libraries' own types are not ours to mend.
  expect(
    problems.filter((problem) => !/node_modules\/(?!peerglass)/.test(path.relative(folder.path, problem))),
  ).toEqual([]);
  folder.remove();
});

describe('what npm packs', () => {
  const listing = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [{ files }] = JSON.parse(listing) as [{ files: { path: string; mode: number }[] }];
  const paths = files.map((file) => file.path);

  test('holds the page, the program and every entry with its types', () => {
    const targets = entries
      .flatMap((entry) => [entry.types, entry.default])
      .map((file) => path.posix.normalize(file));
    expect(paths).toEqual(expect.arrayContaining(['dist/web/index.html', 'dist/bridge/main.js', ...targets]));
  });

  test('holds nothing else than dist and what goes with it', () => {
    const strange = paths.filter(
      (file) =>
        !/^(dist\/(web|bridge|shared)\/|(package\.json|README\.md|LICENSE|CHANGELOG\.md)$)/.test(file),
    );
    expect([...strange, ...paths.filter((file) => /\.tsbuildinfo$|\.tmp$|\.mjs$/.test(file))]).toEqual([]);
  });

  test('satisfies publint', async () => {
    const { messages, pkg } = await publint({ pkgDir: root, pack: false, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });
});
