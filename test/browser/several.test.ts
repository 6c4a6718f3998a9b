/** Several nodes at once in one page: one floods, one hangs, and the others stay as they were. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { type Peer } from '../../shared/peer/index.js';
import { describeWithChromium } from '../setup/tools.js';
import { inBothLooks, sidewaysScroll, violations } from './axe.js';
import { connect, reach } from './harness.js';
import { lastRow } from './long-logs.js';
import { benchWithNode, respond } from './own-node.js';
import { PageWork } from './page-work.js';

const FLOOD_MESSAGES = 10_000;
const list = (page: Page) => page.getByRole('listbox', { name: 'Messages, in order' });
const tabs = (page: Page) => page.getByRole('navigation', { name: 'Sessions' });
const current = (page: Page) => tabs(page).locator('[aria-current=true]').innerText();

const another = async (page: Page, node: string) => {
  await page.evaluate(() => (location.hash = '#/connect'));
  await connect(page, node);
  await reach(page, 'ready');
};

describeWithChromium('four connections at once', (chromium) => {
  const set = benchWithNode(chromium);

  test('one floods and one hangs: pings of the others are answered, tabs switch, no long task in the page', async () => {
    let peer!: Peer;
    set.node.serve = (socket) => (peer = respond(socket, { garbage: 0 }));
    const page = await set.open('', { bypassCSP: true, viewport: { width: 1280, height: 900 } });
    await connect(page, 'demo');
    await reach(page, 'ready');
    await another(page, set.node.address);
    await another(page, 'silent-after-ready.demo');
    await page.evaluate(() => (location.hash = '#/messages'));
    await list(page).waitFor();
    const work = new PageWork(set.browser, page);

    /** One ping after the other, from the good node to the page, for as long as the flood takes. */
    const roundTrips: number[] = [];
    let flooding = true;
    const pinging = async () => {
      while (flooding) roundTrips.push(await peer.ping());
    };
    const quiet: number[] = [];
    for (let at = 0; at < 20; at++) quiet.push(await peer.ping());

    await another(page, 'flood.demo');
    await page.evaluate(() => (location.hash = '#/messages'));
    // What fails once the page is closed has failed before.
    const pings = pinging().catch(() => undefined);
    const flooded = () => lastRow(page);
    await work.measured('the flood, in sight', async () => {
      await list(page).waitFor();
      await expect.poll(flooded, { timeout: 60_000 }).toBeGreaterThan(1000);
    });
    await work.measured('going round the tabs', async () => {
      await list(page).focus();
      for (const name of ['demo', set.node.address, 'silent-after-ready.demo', 'flood.demo']) {
        await page.keyboard.press('>');
        expect(await current(page)).toContain(name);
        await list(page).getByRole('option').first().waitFor();
      }
      await page.keyboard.press('<');
      expect(await current(page)).toContain('silent-after-ready.demo');
      await page.keyboard.press('<');
      expect(await current(page)).toContain(set.node.address);
    });
    // The good one is read while the other floods: what it says is there at once, and answered.
    await work.measured('reading the good one', async () => {
      peer.sendRaw('ping', new Uint8Array(8).fill(0x42));
      const pong = list(page).getByRole('option', { name: /sent pong.*nonce 4242424242424242/ });
      await page.getByLabel('Filter').fill('4242424242424242');
      await pong.waitFor();
      await page.getByLabel('Filter').fill('');
    });
    await tabs(page)
      .getByRole('button', { name: /^flood\.demo/ })
      .click();
    const [before, since] = [await flooded(), performance.now()];
    await expect.poll(flooded, { timeout: 120_000 }).toBeGreaterThan(FLOOD_MESSAGES);
    const rest = Math.round(performance.now() - since);
    flooding = false;
    await pings;
    const sorted = [...roundTrips].sort((a, b) => a - b);
    console.log(`after the tour ${before} of the flood were there; the rest took ${rest} ms`);
    console.log(
      `${sorted.length} pings while it flooded: median ${sorted[sorted.length >> 1]!} ms, slowest ${sorted.at(-1)!} ms; before: slowest ${Math.max(...quiet)} ms`,
    );
    // None was lost, and the flood did not hold them up until its end.
    expect(sorted.length).toBeGreaterThan(20);
    work.expectNoLongTask();

    for (const name of ['demo', set.node.address, 'silent-after-ready.demo', 'flood.demo'])
      expect(
        await tabs(page)
          .getByRole('button', { name: new RegExp(`^${name.replaceAll('.', '\\.')}`) })
          .innerText(),
      ).toMatch(/ready/);
    await inBothLooks(page, async (look) => {
      expect(await violations(page)).toEqual([]);
      expect(await sidewaysScroll(page)).toBe(0);
      await set.opened.screenshot(`several-${look}`);
    });
    expect(set.opened.complaints).toEqual([]);
  }, 240_000);
});
