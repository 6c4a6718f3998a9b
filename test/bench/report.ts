/** The results for people, and as JSON. */
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { table } from '../load/numbers.js';
import type { GroupResult } from './groups.js';
import type { CandidateResult, RowResult } from './measure.js';

const PACKAGES = [
  '@noble/ciphers',
  '@noble/curves',
  '@noble/hashes',
  '@scure/btc-signer',
  'hash-wasm',
  'libsodium-wrappers',
];

export interface About {
  /** 'Node 20.20.2' or 'Chromium 156.0.1.2' */
  readonly platform: string;
  readonly system: string;
  readonly cpus: number;
  readonly rounds: number;
  readonly versions: Readonly<Record<string, string>>;
}

/** @param root the project's */
export function aboutRun(root: string, platform: string, rounds: number): About {
  const versionOf = (name: string) => {
    const file = path.join(root, 'node_modules', name, 'package.json');
    return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
  };
  return {
    platform,
    system: `${os.platform()} ${os.arch()}`,
    cpus: os.cpus().length,
    rounds,
    versions: Object.fromEntries(PACKAGES.map((name) => [name, versionOf(name)])),
  };
}

export function textOf(about: About, groups: readonly GroupResult[]): string {
  const versions = Object.entries(about.versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${about.platform}, ${about.system}, ${about.cpus} cores, ${about.rounds} rounds; ${versions.join(', ')}`,
    ...groups.map(groupText),
    '×: how many times as fast as the first of its row, the median of the rounds’ ratios.',
  ].join('\n\n');
}

function groupText({ title, contests }: GroupResult): string {
  const rows = contests.flatMap((contest) => contest.rows);
  const names = [...new Set(rows.flatMap((row) => row.candidates.map(({ name }) => name)))];
  const cells = rows.map((row) => [
    row.name,
    ...names.map((name) =>
      cell(
        row,
        row.candidates.find((one) => one.name === name),
      ),
    ),
  ]);
  const comparisons = contests
    .flatMap((contest) => contest.comparisons)
    .map(({ name, times }) => `${name}: ${times.median.toFixed(2)} times as long`);
  return [table([[title, ...names], ...cells]), ...comparisons].join('\n');
}

function cell({ unit }: RowResult, result: CandidateResult | undefined): string {
  if (result === undefined) return '–';
  const times = result.times.median;
  return `${unit === 'bytes' ? rate(result.seconds) : duration(result.seconds)} ${times.toFixed(times < 10 ? 2 : 1)}×`;
}

const rate = (secondsPerByte: number): string => `${(1 / secondsPerByte / 1e6).toFixed(0)} MB/s`;

function duration(seconds: number): string {
  for (const [scale, unit] of [
    [1e3, 'ms'],
    [1e6, 'µs'],
  ] as const) {
    const value = seconds * scale;
    if (value >= 1) return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ${unit}`;
  }
  return `${(seconds * 1e9).toFixed(0)} ns`;
}

export function writeJson(file: string, about: About, groups: readonly GroupResult[]): void {
  writeFileSync(file, `${JSON.stringify({ about, groups }, null, 2)}\n`);
}
