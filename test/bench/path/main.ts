/** `npm run bench:path [-- --quick] [--json FILE]`: needs Chromium and Bitcoin Core or Knots (test/setup/find-tools.ts). */
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { buildAloud } from '../../../bridge/build.mjs';
import { table } from '../../load/numbers.js';
import { findBitcoind, findChromium } from '../../setup/find-tools.js';
import { measurePath } from './path.js';

const { values: flags } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'string' } },
});
const [bitcoind, chromium] = [findBitcoind(), findChromium()];
for (const tool of [bitcoind, chromium]) if ('missing' in tool) throw new Error(tool.missing);
if (!(await buildAloud())) process.exit(1);

const rows = await measurePath({
  bitcoind: (bitcoind as { path: string }).path,
  chromium: (chromium as { path: string }).path,
  blocks: flags.quick ? 20 : 100,
  rounds: flags.quick ? 2 : 5,
  note: (line) => console.error(line),
});
console.log(table(rows.map(({ name, value, unit }) => [name, value.toFixed(value < 10 ? 2 : 0), unit])));
console.log(
  'Medians over rounds in which both engines have their turn. Shares are of one profiled download: threads and programs work side by side, and share the processor with everything else.',
);
if (flags.json !== undefined) {
  const about = { node: process.version, cpus: os.cpus().length, quick: flags.quick };
  writeFileSync(flags.json, `${JSON.stringify({ about, rows }, null, 2)}\n`);
}
process.exit();
