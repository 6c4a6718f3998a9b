/** `npm run bench:bridge [-- --quick] [--json FILE]`: the bridge against a plain TCP proxy and websockify, in one run. */
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { MIB, median, quantile, table } from '../numbers.js';
import { measureOpens, measureRoundTrips } from './latency.js';
import { measureIdle, measureStuck } from './memory.js';
import { startSubjects } from './subjects.js';
import { measureThroughput } from './throughput.js';

const { values: flags } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'string' }, only: { type: 'string' } },
});
const { quick } = flags;
const wanted = (what: string) => flags.only === undefined || flags.only.split(',').includes(what);
const { subjects, notes, end } = await startSubjects();
const proxied = subjects.filter(({ part }) => part !== undefined);
const results: Record<string, Record<string, number>> = Object.fromEntries(
  subjects.map(({ name }) => [name, {}]),
);
const note = (name: string, what: string, value: number) => void (results[name]![what] = value);

for (const way of ['down', 'up'] as const) {
  if (!wanted(way)) continue;
  const measured = await measureThroughput(subjects, way, quick ? 2 : 7, (quick ? 64 : 384) * MIB);
  for (const [name, { rates, ratios, cpu }] of measured) {
    note(name, `${way} MiB/s`, median(rates));
    note(name, `${way} ×`, median(ratios));
    note(name, `${way} CPU-s/GiB`, median(cpu));
  }
}
if (wanted('rtt')) {
  const times = await measureRoundTrips(subjects, quick ? 3 : 15);
  const straight = times.get('straight')!;
  for (const { name } of proxied) {
    note(name, 'added RTT µs', median(times.get(name)!) - median(straight));
    note(name, 'added p99 µs', quantile(times.get(name)!, 0.99) - quantile(straight, 0.99));
  }
}
if (wanted('opens')) {
  for (const [name, rates] of await measureOpens(subjects, quick ? 1 : 5, quick ? 300 : 2000)) {
    note(name, 'tunnels/s', median(rates));
  }
}
if (wanted('memory')) {
  for (const subject of proxied) {
    const few = subject.name === 'websockify';
    const idle = few ? 50 : quick ? 500 : 5000;
    note(subject.name, `idle KiB`, await measureIdle(subject, idle));
    note(subject.name, 'stuck ×1 MiB', (await measureStuck(subject, 1)) / 1024);
    if (!few) note(subject.name, 'stuck ×100 MiB', (await measureStuck(subject, 100)) / 1024);
  }
  notes.push(`Idle: ${quick ? 500 : 5000} tunnels at once; of websockify, a process each, 50.`);
}
await end();

const columns = [...new Set(Object.values(results).flatMap((row) => Object.keys(row)))];
const shown = (value: number | undefined) =>
  value === undefined || Number.isNaN(value) ? '–' : value.toFixed(Math.abs(value) < 10 ? 2 : 0);
console.log(
  table([
    ['', ...subjects.map(({ name }) => name)],
    ...columns.map((column) => [column, ...subjects.map(({ name }) => shown(results[name]![column]))]),
  ]),
);
for (const line of notes) console.log(line);
console.log('×: median over rounds of the ratio to the Node TCP proxy in the same round.');
if (flags.json !== undefined) {
  const about = { node: process.version, cpus: os.cpus().length, quick, notes };
  writeFileSync(flags.json, `${JSON.stringify({ about, results }, null, 2)}\n`);
}
process.exit();
