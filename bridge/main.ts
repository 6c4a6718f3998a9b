#!/usr/bin/env node
/** `peerglass`, or `npm start`: page, bridge and demo node, until a signal ends it; or one of its workers. */
import cluster from 'node:cluster';
import { fileURLToPath } from 'node:url';
import { runProgram } from './program.js';
import { runWorker } from './workers.js';

const print = (line: string) => console.log(line);

// Whoever reads the log may go away: no tunnel ends of that.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

if (cluster.isWorker) {
  runWorker(print);
} else {
  await runProgram({
    args: process.argv.slice(2),
    env: process.env,
    isTerminal: process.stdout.isTTY,
    pageRoot: fileURLToPath(new URL('../web', import.meta.url)),
    print,
    complain: (line) => console.error(line),
    onSignal: (listener) => process.on('SIGTERM', listener).on('SIGINT', listener),
    onReload: (listener) => process.on('SIGHUP', listener),
    exit: (code) => process.exit(code),
  });
}
