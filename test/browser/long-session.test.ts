/** A session of 100,000 packets: it arrives, scrolls and is filtered without holding up the page. */
import { expect, test } from 'vitest';
import { type Peer } from '../../shared/peer/index.js';
import { describeWithChromium } from '../setup/tools.js';
import { connect, reach } from './harness.js';
import { lastRow, nonce, PINGS, readLongLogs } from './long-logs.js';
import { benchWithNode, respond } from './own-node.js';
import { PageWork } from './page-work.js';

describeWithChromium('a session of 100,000 packets', (chromium) => {
  const set = benchWithNode(chromium);

  test('arrives, scrolls and is filtered in Stream and in Messages, each task of the page below 50 ms', async () => {
    let peer!: Peer;
    set.node.serve = (socket) => (peer = respond(socket, { garbage: 0 }));
    const page = await set.open('', { viewport: { width: 1280, height: 900 } });
    await connect(page, set.node.address);
    await reach(page, 'ready');
    await page.getByRole('navigation').getByRole('link', { name: 'Stream' }).click();
    await page.getByRole('listbox').waitFor();
    const work = new PageWork(set.browser, page);
    await work.measured('arriving in Stream', async () => {
      for (let at = 0; at < PINGS; at++) {
        peer.sendRaw('ping', nonce(at));
        if (at % 500 === 499) await new Promise((resolve) => setTimeout(resolve));
      }
      await expect.poll(() => lastRow(page), { timeout: 120_000 }).toBeGreaterThan(2 * PINGS);
    });
    await readLongLogs(page, work);
    work.expectNoLongTask();
    expect(set.opened.complaints).toEqual([]);
  }, 240_000);
});
