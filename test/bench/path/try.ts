import { launchBrowser } from '../../browser/launch.js';
import { listenAsNode } from '../../browser/scripted-node.js';
import { startProduct } from '../../setup/start-product.js';
import { bigBlocks } from '../../browser/big-blocks.js';
import { openLive, pour } from '../../browser/burst.js';
const node = await listenAsNode();
const product = await startProduct(['--allow', node.address]);
const browser = await launchBrowser('/usr/bin/chromium');
for (const [count, size] of [
  [100, 1e6],
  [25, 3.9e6],
] as const) {
  const blocks = bigBlocks(count, size);
  const live = await openLive(browser, product.url, node, process.env.ENGINE);
  const { facts, ms } = await pour(live, blocks);
  const bytes = blocks.reduce((n, b) => n + b.bytes.length, 0);
  const gaps = [...facts.frameGaps].sort((a, b) => b - a);
  const ordered = facts.blocks.every((b, i) => b.summary.startsWith(blocks[i]!.hash));
  console.log(count, size, ((bytes / 1e6 / ms) * 1000).toFixed(1), 'MB/s', {
    ...facts,
    blocks: facts.blocks.length,
    ordered,
    frameGaps: gaps.slice(0, 5).map(Math.round),
    frames: gaps.length,
    longTasks: facts.longTasks.map(Math.round),
  });
  await live.close();
}
await browser.close();
await product.stop();
node.close();
process.exit(0);
