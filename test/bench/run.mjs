// @ts-check
/**
 * `npm run bench` and `npm run bench:browser`: builds the engine, bundles the benchmark, and runs it where the first
 * argument says. Everything stays on 127.0.0.1.
 */
import { rmSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { buildAloud } from '../../bridge/build.mjs';

const here = import.meta.dirname;
const root = path.join(here, '../..');
const outDir = path.join(here, `../.cache/bench/${process.pid}`);
const [where = ''] = process.argv.splice(2, 1);

/**
 * @param {string} file here
 * @param {import('vite').BuildEnvironmentOptions} options
 */
const bundle = (file, { rollupOptions, ...options }) =>
  build({
    configFile: false,
    logLevel: 'warn',
    root: here,
    build: {
      target: 'es2022',
      emptyOutDir: true,
      rollupOptions: { ...rollupOptions, input: path.join(here, file) },
      ...options,
    },
  });

process.once('exit', () => rmSync(outDir, { recursive: true, force: true }));
if (!(await buildAloud(['engine']))) process.exit(1);
const program = path.join(outDir, 'program');
const page = path.join(outDir, 'page');
await bundle(`${where}.ts`, { ssr: true, outDir: program });
if (where === 'browser') {
  await bundle('page.ts', { outDir: page, rollupOptions: { output: { entryFileNames: 'page.js' } } });
}
try {
  const { main } = await import(pathToFileURL(path.join(program, `${where}.js`)).href);
  await main(root, page);
} catch (error) {
  // What a person gave, or lacks, needs no stack.
  if (!(error instanceof Error && error.name === 'UsageError')) throw error;
  process.stderr.write(`bench: ${error.message}\n`);
  process.exitCode = 1;
}
