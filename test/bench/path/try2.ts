import { launchBrowser } from '../../browser/launch.js';
import { listenAsNode } from '../../browser/scripted-node.js';
import { bigBlocks } from '../../browser/big-blocks.js';
import { openLive, pour } from '../../browser/burst.js';
import { startLegibleProduct } from './legible-product.js';
import { profileDuring } from './profile.js';
const node = await listenAsNode();
const product = await startLegibleProduct(['--allow', node.address]);
const browser = await launchBrowser('/usr/bin/chromium');
const blocks = bigBlocks(100, 1e6);
const live = await openLive(browser, product.url, node, process.env.ENGINE);
let ms = 0;
import { processorTimes } from './processor.js';
const before = processorTimes(process.pid);
const profiles = await profileDuring(browser, live.page, async () => {
  ({ ms } = await pour(live, blocks));
});
for (const [pid, { name, ms }] of processorTimes(process.pid)) {
  const d = ms - (before.get(pid)?.ms ?? 0);
  if (d > 50) console.log(d, name.replace(/--(?!type|utility)\S+/g, '').slice(0, 90));
}
console.log(ms);
for (const { thread, samples } of profiles) {
  const self = new Map<string, number>(),
    total = new Map<string, number>();
  let all = 0;
  for (const { stack, ms } of samples) {
    all += ms;
    self.set(stack[0]!, (self.get(stack[0]!) ?? 0) + ms);
    for (const f of new Set(stack)) total.set(f, (total.get(f) ?? 0) + ms);
  }
  const top = (m: Map<string, number>, n: number) =>
    [...m]
      .sort((a, b) => b[1] - a[1])
      .slice(0, n)
      .map(([f, t]) => `${f} ${t.toFixed(0)}`)
      .join('; ');
  console.log(thread, samples.length, all.toFixed(0), '\nSELF', top(self, 35), '\nTOTAL', top(total, 60));
}
await browser.close();
await product.stop();
node.close();
process.exit(0);
