// @ts-check
/** `npm run bench:path`: runs test/bench/path/main.ts from its sources. */
import path from 'node:path';
import { runnerImport } from 'vite';
const file = process.argv[2] ?? 'main.ts';
await runnerImport(path.join(import.meta.dirname, file), {
  configFile: false,
  root: path.join(import.meta.dirname, '../../..'),
});
