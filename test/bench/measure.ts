/**
 * How long each way takes, side by side: all candidates of a contest take turns in short slices, and are compared
 * within a round, so that a machine which is busy, or slower than before, is so for all of them alike. Slices are
 * shorter than a scheduler's, and of those in a round the quickest quarter counts: others had to share the processor.
 */
import { equalBytes } from '../../shared/bytes.js';
import { median, quantile } from '../load/numbers.js';

export interface Candidate {
  /** The package, or the engine. */
  readonly name: string;
  /** What one `run` does: operations, or bytes, as the row says. */
  readonly amount: number;
  run(): void | Promise<void>;
  /** What came out, the same for each candidate of a row: else they would not do the same work. */
  sample?(): Uint8Array | Promise<Uint8Array>;
}

export interface Row {
  readonly name: string;
  readonly unit: 'operations' | 'bytes';
  /** The first is what the others are compared with. */
  readonly candidates: readonly Candidate[];
}

/** One candidate in two rows: how much longer the first takes, for the same amount. */
export interface Comparison {
  readonly name: string;
  readonly candidate: string;
  readonly row: string;
  readonly to: string;
}

/** Rows that are measured in the same rounds. */
export interface Contest {
  readonly rows: readonly Row[];
  readonly comparisons?: readonly Comparison[];
}

export interface Settings {
  readonly rounds: number;
  /** How long a turn is meant to take, in milliseconds; 0 for one run, not warmed up. */
  readonly sliceMs: number;
}

/** Of the ratios of the rounds: the median, and the quarters around it. */
export interface Ratio {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export interface CandidateResult {
  readonly name: string;
  /** Seconds for one operation or byte. */
  readonly seconds: number;
  /** How many times as fast as the first of the row. */
  readonly times: Ratio;
}

export interface RowResult {
  readonly name: string;
  readonly unit: Row['unit'];
  readonly candidates: readonly CandidateResult[];
}

export interface ContestResult {
  readonly rows: readonly RowResult[];
  readonly comparisons: readonly { readonly name: string; readonly times: Ratio }[];
}

/** Where single runs are long, a round has fewer slices. */
const MOST_SLICES = 15;
const LEAST_SLICES = 3;
const ROUND_MS = 400;
const WARM_UP_SLICES = 30;

interface Turn {
  readonly row: Row;
  readonly candidate: Candidate;
  runs: number;
  /** Seconds for one unit of the amount: a round each. */
  readonly rounds: number[];
}

export async function measure(contest: Contest, { rounds, sliceMs }: Settings): Promise<ContestResult> {
  for (const row of contest.rows) await checkSamples(row);
  const turns: Turn[] = contest.rows.flatMap((row) =>
    row.candidates.map((candidate) => ({ row, candidate, runs: 1, rounds: [] })),
  );
  let sliceSum = 0;
  for (const row of sliceMs === 0 ? [] : contest.rows) {
    const own = turns.filter((turn) => turn.row === row);
    const times: number[] = [];
    for (const turn of own) times.push(await warmUp(turn, sliceMs));
    // The same for all, also where one run is longer than a slice: who works longer is interrupted more often.
    const slice = Math.max(sliceMs, ...times);
    for (const [i, turn] of own.entries()) turn.runs = Math.max(1, Math.round(slice / times[i]!));
    sliceSum += slice * own.length;
  }
  const fitting = Math.max(LEAST_SLICES, Math.min(MOST_SLICES, Math.floor(ROUND_MS / sliceSum)));
  const slices = sliceMs === 0 ? 1 : fitting;
  for (let round = 0; round < rounds; round++) {
    const times = new Map(turns.map((turn) => [turn, [] as number[]]));
    for (let slice = 0; slice < slices; slice++) {
      // Back and forth, so that nobody always comes after the same.
      for (const turn of (round + slice) % 2 === 0 ? turns : turns.toReversed()) {
        times.get(turn)!.push((await timeOf(turn)) / 1000 / (turn.runs * turn.candidate.amount));
      }
    }
    for (const turn of turns) turn.rounds.push(quantile(times.get(turn)!, 0.2));
  }
  const find = (row: string, candidate: string) =>
    turns.find((turn) => turn.row.name === row && turn.candidate.name === candidate)!;
  return {
    rows: contest.rows.map(({ name, unit, candidates }) => ({
      name,
      unit,
      candidates: candidates.map((candidate) => {
        const own = find(name, candidate.name).rounds;
        const times = ratio(find(name, candidates[0]!.name).rounds, own);
        return { name: candidate.name, seconds: median(own), times };
      }),
    })),
    comparisons: (contest.comparisons ?? []).map(({ name, candidate, row, to }) => ({
      name,
      times: ratio(find(row, candidate).rounds, find(to, candidate).rounds),
    })),
  };
}

/** Milliseconds. */
async function timeOf({ candidate, runs }: Turn): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < runs; i++) {
    const pending = candidate.run();
    if (pending !== undefined) await pending;
  }
  return performance.now() - start;
}

/** Until the code is compiled as well as it will be. @returns milliseconds of a run */
async function warmUp(turn: Turn, sliceMs: number): Promise<number> {
  let spent = 0;
  let took: number;
  do {
    // Doubled: a clock that is as coarse as a browser's says nothing about a single run.
    if (spent > 0) turn.runs *= 2;
    took = await timeOf(turn);
    spent += took;
  } while (spent < WARM_UP_SLICES * sliceMs);
  return took / turn.runs;
}

/** Of each round, how many times as fast the second is. */
function ratio(one: readonly number[], other: readonly number[]): Ratio {
  const all = one.map((time, round) => time / other[round]!);
  return { median: median(all), low: quantile(all, 0.25), high: quantile(all, 0.75) };
}

async function checkSamples({ name, candidates }: Row): Promise<void> {
  let first: Uint8Array | undefined;
  for (const candidate of candidates) {
    if (candidate.sample === undefined) continue;
    const sample = await candidate.sample();
    first ??= sample;
    if (!equalBytes(sample, first))
      throw new Error(`${name}: ${candidate.name} gives something else than the first`);
  }
}
