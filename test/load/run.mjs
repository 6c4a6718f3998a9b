// @ts-check
/**
 * `npm run soak` and `npm run bench:bridge`: bundles the bridge and its load for Node, then runs what the first
 * argument names. Everything stays on 127.0.0.1.
 */
import { rmSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';

const here = import.meta.dirname;
const root = path.join(here, '../..');
const outDir = path.join(here, `../.cache/load/${process.pid}`);
const entry = (/** @type {string} */ file) => path.join(root, file);

process.once('exit', () => rmSync(outDir, { recursive: true, force: true }));
await build({
  configFile: false,
  logLevel: 'warn',
  root: here,
  build: {
    ssr: true,
    outDir,
    emptyOutDir: true,
    minify: false,
    rollupOptions: {
      input: {
        program: entry('bridge/main.ts'),
        bridge: entry('test/load/bridge-process.ts'),
        node: entry('test/load/node-process.ts'),
        proxy: entry('test/load/proxy-process.ts'),
        soak: entry('test/load/soak/main.ts'),
        bench: entry('test/load/bench/main.ts'),
      },
    },
  },
});
const [what = ''] = process.argv.splice(2, 1);
await import(pathToFileURL(path.join(outDir, `${what}.js`)).href);
