/** 100 MB of blocks in a burst: all of it arrives, in order and exact, the page keeps up, and where it does not the node waits. */
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Dialog } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { describeWithChromium } from '../setup/tools.js';
import { bigBlocks, type BigBlock } from './big-blocks.js';
import { openLive, type LivePage } from './burst.js';
import { benchWithNode } from './own-node.js';
import { blocksTold, payloadDigest, tabFacts } from './tab-watch.js';

/** What the worker keeps of payloads (web/worker/limits.ts). */
const KEPT_BYTES = 64 * 2 ** 20;
/** Posts that wait for the page; one more may be on its way, and one that says a change of state (web/worker/outbox.ts). */
const MOST_OPEN = 8 + 2;
/** Bytes that the node has not got rid of, while it goes on. */
const NODE_WINDOW = 2_000_000;

describeWithChromium('a burst of 100 MB of blocks', (chromium) => {
  const set = benchWithNode(chromium);

  async function live(): Promise<LivePage> {
    const opened = await openLive(set.browser, set.product.url, set.node);
    onTestFinished(() => opened.close());
    return opened;
  }

  /** As a node does: further blocks once most of the ones before are on their way. */
  function pour({ peer }: LivePage, blocks: readonly BigBlock[]): { sent: number; done: Promise<void> } {
    const pouring = { sent: 0, done: Promise.resolve() };
    const all = async () => {
      for (const { bytes } of blocks) {
        peer.sendRaw('block', bytes);
        pouring.sent++;
        while (peer.pendingOutput > NODE_WINDOW) await pause(2);
      }
    };
    pouring.done = all();
    return pouring;
  }

  async function expectArrived({ page }: LivePage, blocks: readonly BigBlock[]): Promise<void> {
    await blocksTold(page, blocks.length);
    const told = (await tabFacts(page)).blocks;
    expect(told.map(({ summary }) => summary.split(' ')[0])).toEqual(blocks.map(({ hash }) => hash));
    expect(told.map(({ payloadBytes }) => payloadBytes)).toEqual(blocks.map(({ bytes }) => bytes.length));
    // What is kept is exact; what the bound let go is gone.
    const perBlock = blocks[0]!.bytes.length;
    const kept = Math.floor(KEPT_BYTES / perBlock);
    const digests = await Promise.all(told.map(({ index }) => payloadDigest(page, index)));
    const expected = blocks.map(({ bytes }) => createHash('sha256').update(bytes).digest('hex'));
    const from = digests.findIndex((digest) => digest !== undefined);
    expect(digests.slice(from)).toEqual(expected.slice(from));
    expect(blocks.length - from).toBeLessThanOrEqual(kept);
    expect(blocks.length - from).toBeGreaterThanOrEqual(kept - 1);
    await expect.poll(async () => (await tabFacts(page)).acknowledged).toBe((await tabFacts(page)).posts);
    expect((await tabFacts(page)).mostOpen).toBeLessThanOrEqual(MOST_OPEN);
  }

  test.each([
    [100, 1_000_000],
    [26, 3_900_000],
  ])(
    '%i of %i bytes, while somebody goes through the screens',
    async (count, size) => {
      const blocks = bigBlocks(count, size);
      const opened = await live();
      const { page } = opened;
      const pouring = pour(opened, blocks);
      const go = (name: string) =>
        page
          .getByRole('navigation')
          .getByRole('link', { name: new RegExp(`^${name}`) })
          .click();
      await blocksTold(page, 3);
      await page.getByRole('option', { name: /block/ }).last().click();
      // As fast as blocks come, the bound may have let go of this one before it is drawn: then that is said.
      await page.getByText('merkleRoot').or(page.getByText('Its bytes are no longer kept')).first().waitFor();
      for (const [name, heading] of [
        ['Stream', 'The stream'],
        ['Node', 'Node'],
        ['Messages', 'Messages'],
      ] as const) {
        await go(name);
        await page.getByRole('heading', { name: new RegExp(heading, 'i'), level: 1 }).waitFor();
      }
      await pouring.done;
      await expectArrived(opened, blocks);
    },
    180_000,
  );

  test('while the page does nothing, the worker reads no further and the node waits; then all of it arrives', async () => {
    const blocks = bigBlocks(100, 1_000_000);
    const opened = await live();
    const { page } = opened;
    const dialog = new Promise<Dialog>((resolve) => page.once('dialog', resolve));
    await page.evaluate(() => void setTimeout(() => alert('nothing of this page runs until this is closed')));
    const open = await dialog;
    const pouring = pour(opened, blocks);
    // Until a second goes by in which the node got rid of nothing.
    for (let before = -1; before !== pouring.sent; await pause(1000)) before = pouring.sent;
    expect(pouring.sent).toBeGreaterThan(0);
    expect(pouring.sent).toBeLessThan(blocks.length);
    expect(opened.peer.pendingOutput).toBeGreaterThan(0);
    await open.accept();
    await pouring.done;
    await expectArrived(opened, blocks);
  }, 180_000);
});
