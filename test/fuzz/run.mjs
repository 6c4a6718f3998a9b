// @ts-check
/** `npm run fuzz -- --streams 1000000 --seed 7`: bundles the fuzz for Node, then runs it. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { buildAloud } from '../../bridge/build.mjs';

if (!(await buildAloud(['engine']))) process.exit(1);
const here = import.meta.dirname;
const outDir = path.join(here, '../.cache/fuzz');
await build({
  configFile: false,
  logLevel: 'warn',
  root: here,
  build: { ssr: path.join(here, 'main.ts'), outDir, emptyOutDir: true, minify: false },
});
await import(pathToFileURL(path.join(outDir, 'main.js')).href);
