// @ts-check
/** `npm run bench:path`: runs main.ts from its sources. */
import path from 'node:path';
import { runnerImport } from 'vite';

const here = import.meta.dirname;
await runnerImport(path.join(here, 'main.ts'), { configFile: false, root: path.join(here, '../../..') });
