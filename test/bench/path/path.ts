/** The whole path: blocks from a real node through the bridge into the tab, and where the time goes. */
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../../browser/launch.js';
import { median } from '../../load/numbers.js';
import { startBitcoinNode } from '../../node/bitcoin-node.js';
import { download, type Download, type DownloadOptions } from './download.js';
import { mineBigBlocks } from './knots-blocks.js';
import { startLegibleProduct } from './legible-product.js';
import { processorTimes } from './processor.js';
import { profileDuring, type ThreadProfile } from './profile.js';
import { straight } from './straight.js';
import { busyTime, workerTimes } from './stages.js';

export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: 'MB/s' | '×' | '% of the time' | 'ms';
}

export interface PathOptions {
  /** Programs. */
  readonly bitcoind: string;
  readonly chromium: string;
  /** Of each download, of 0.95 MB. */
  readonly blocks: number;
  readonly rounds: number;
  readonly note?: (line: string) => void;
}

/** What the address asks for: the reference, and nothing. */
const asked = ['noble', undefined] as const;

/** In each round every engine has its turn; the profile is of one more download each, as it slows them down. */
export async function measurePath({
  bitcoind,
  chromium,
  blocks,
  rounds,
  note = () => undefined,
}: PathOptions): Promise<Row[]> {
  const node = await startBitcoinNode(bitcoind, [
    '-debug=0',
    // In kB. By default it stops after a block until that has left, and looks again ten times a second.
    '-maxsendbuffer=200000',
  ]);
  const address = `${node.host}:${node.p2pPort}`;
  try {
    const product = await startLegibleProduct(['--allow', address]);
    const browser = await launchBrowser(chromium);
    try {
      note(`mining ${blocks} blocks …`);
      const hashes = await mineBigBlocks(node, blocks);
      const options = (engine: string | undefined) => ({ url: product.url, node: address, engine, hashes });
      const downloads: Download[][] = asked.map(() => []);
      const straights: number[] = [];
      // The first warms up.
      for (let round = -1; round < rounds; round++) {
        for (const at of round % 2 === 0 ? [1, 0] : [0, 1]) {
          const one = await download(browser, options(asked[at]));
          note(`${one.engine}: ${rate(one).toFixed(1)} MB/s`);
          if (round >= 0) downloads[at]!.push(one);
        }
        const alone = await straight(options(undefined));
        if (round >= 0) straights.push(alone);
      }
      const rows = ratesOf(downloads);
      rows.push({ name: 'the same into Node, without a browser', value: median(straights), unit: 'MB/s' });
      for (const engine of asked) rows.push(...(await shares(browser, options(engine))));
      return rows;
    } finally {
      await browser.close();
      await product.stop();
    }
  } finally {
    await node.stop();
  }
}

const rate = ({ bytes, ms }: Download): number => bytes / 1000 / ms;

function ratesOf([plain = [], chosen = []]: readonly Download[][]): Row[] {
  const rows: Row[] = [];
  for (const [downloads, how] of [
    [plain, 'asked for'],
    [chosen, 'by default'],
  ] as const) {
    const name = `${downloads[0]!.engine}, ${how}`;
    const gaps = downloads.map(({ facts }) => Math.max(...facts.frameGaps));
    const long = downloads.map(({ facts }) => Math.max(0, ...facts.longTasks));
    rows.push({ name: `block download, ${name}`, value: median(downloads.map(rate)), unit: 'MB/s' });
    rows.push({ name: `longest gap between frames, ${name}`, value: median(gaps), unit: 'ms' });
    rows.push({ name: `longest task of the page, ${name}`, value: median(long), unit: 'ms' });
  }
  const ratios = chosen.map((one, round) => rate(one) / rate(plain[round]!));
  rows.splice(0, 0, { name: 'block download, default against noble', value: median(ratios), unit: '×' });
  return rows;
}

/** Programs on the way, by what their command lines hold. */
const programs = [
  ['node', /bitcoind/],
  ['bridge', /bridge\/main\.js/],
  ['browser’s network process', /network\.mojom\.NetworkService/],
] as const;

async function shares(browser: Browser, options: DownloadOptions): Promise<Row[]> {
  let threads: ThreadProfile[] = [];
  let before = processorTimes(process.pid);
  let after = before;
  const { ms, engine } = await download(browser, options, async (page: Page, act) => {
    threads = await profileDuring(browser, page, async () => {
      before = processorTimes(process.pid);
      await act();
      after = processorTimes(process.pid);
    });
  });
  const share = (name: string, spent: number): Row => ({
    name: `${engine}: ${name}`,
    value: (100 * spent) / ms,
    unit: '% of the time',
  });
  const rows = programs.map(([name, pattern]) => {
    const spent = [...after].filter(([, program]) => pattern.test(program.name));
    return share(
      name,
      spent.reduce((sum, [pid, now]) => sum + now.ms - (before.get(pid)?.ms ?? 0), 0),
    );
  });
  const longest = (thread: string) =>
    threads
      .filter((profile) => profile.thread === thread)
      .sort((a, b) => b.samples.length - a.samples.length)[0] ?? { thread, samples: [] };
  const times = workerTimes(longest('worker'));
  for (const [stage, spent] of times)
    if (stage !== 'wait for bytes') rows.push(share(`worker: ${stage}`, spent));
  rows.push(share('page', busyTime(longest('page'))));
  return rows;
}
