#!/usr/bin/env node
/** `peerglass`, or `npm start`: page, bridge and demo node in one process, until a signal ends it. */
import { fileURLToPath } from 'node:url';
import { runProgram } from './program.js';

await runProgram({
  args: process.argv.slice(2),
  pageRoot: fileURLToPath(new URL('../web', import.meta.url)),
  print: (line) => console.log(line),
  complain: (line) => console.error(line),
  onSignal: (listener) => process.on('SIGTERM', listener).on('SIGINT', listener),
  exit: (code) => process.exit(code),
});
