/** The fuzz as a program: shares the streams out to one worker a processor, watches them, and tells what came of it. */
import { randomInt } from 'node:crypto';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { runStreams, type Plan, type Tally } from './run.js';

/** No stream takes this long; one that does has hung. */
const HUNG_MS = 60_000;
const TELL_EVERY_MS = 30_000;

interface Job extends Plan {
  /** Where each worker writes how many streams it has begun. */
  readonly begun: Int32Array;
  readonly worker: number;
}

type Answer = { readonly tally: Tally } | { readonly failure: string };

if (isMainThread) await main();
else await work(workerData as Job);

async function work({ begun, worker, ...plan }: Job): Promise<void> {
  let answer: Answer;
  try {
    const progress = () => void Atomics.add(begun, worker, 1);
    answer = { tally: await runStreams(plan, progress) };
  } catch (error) {
    answer = { failure: error instanceof Error ? error.message : String(error) };
  }
  parentPort!.postMessage(answer);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      streams: { type: 'string' },
      seed: { type: 'string' },
      payloads: { type: 'string' },
      codecs: { type: 'boolean', default: false },
    },
  });
  const streams = Number(values.streams ?? 1_000_000);
  const seed = Number(values.seed ?? randomInt(2 ** 31));
  const payloads = Number(values.payloads ?? 1);
  const only = values.codecs ? { only: 'codecs' as const } : {};
  const workers = Math.max(1, Math.min(os.availableParallelism(), streams));
  const begun = new Int32Array(new SharedArrayBuffer(4 * workers));
  console.log(`seed ${seed}: ${streams} streams, ${payloads} payloads beside each, ${workers} workers`);

  const started = Date.now();
  const watch = setInterval(watcher(seed, begun, started), 1000);
  try {
    const tallies = await Promise.all(
      Array.from({ length: workers }, (_, worker) => {
        const count = Math.floor((streams - worker + workers - 1) / workers);
        return answerOf({ seed, first: worker, step: workers, count, payloads, begun, worker, ...only });
      }),
    );
    show(tallies);
    const seconds = (Date.now() - started) / 1000;
    const { maxRSS } = process.resourceUsage();
    console.log(
      `seed ${seed}: ${streams} streams, no invariant broken; ${seconds.toFixed(0)} s, at most ${Math.round(maxRSS / 1024)} MB`,
    );
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  } finally {
    clearInterval(watch);
  }
}

function answerOf(job: Job): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: job });
    worker.once('message', (answer: Answer) =>
      'tally' in answer ? resolve(answer.tally) : reject(new Error(answer.failure)),
    );
    worker.once('error', reject);
  });
}

/** Tells how far it is, and ends the program when a worker has stopped moving. */
function watcher(seed: number, begun: Int32Array, started: number): () => void {
  const moved = Array.from(begun, () => Date.now());
  const last = Array.from(begun);
  let told = started;
  return () => {
    const now = Date.now();
    begun.forEach((count, worker) => {
      if (count !== last[worker]) [last[worker], moved[worker]] = [count, now];
      if (count === 0 || now - moved[worker]! < HUNG_MS) return;
      const number = worker + (count - 1) * begun.length;
      console.error(
        `stream ${number} hangs. Have it again: PEERGLASS_FUZZ=${seed}:${number} npx vitest run test/fuzz`,
      );
      process.exit(1);
    });
    if (now - told < TELL_EVERY_MS) return;
    told = now;
    console.log(
      `${last.reduce((sum, count) => sum + count, 0)} streams, ${Math.round((now - started) / 1000)} s`,
    );
  };
}

function show(tallies: readonly Tally[]): void {
  const all: Tally = {};
  for (const tally of tallies)
    for (const [name, row] of Object.entries(tally))
      for (const [outcome, count] of Object.entries(row))
        (all[name] ??= {})[outcome] = (all[name]?.[outcome] ?? 0) + count;
  for (const name of Object.keys(all).sort()) {
    const row = Object.entries(all[name]!).sort((a, b) => b[1] - a[1]);
    console.log(`\n${name}: ${row.reduce((sum, [, count]) => sum + count, 0)}`);
    for (const [outcome, count] of row) console.log(`${String(count).padStart(10)}  ${outcome}`);
  }
  console.log('');
}
