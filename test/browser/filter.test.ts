/** A filter and what it does to what is on screen: another session, and a packet or message that is open. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { describeWithChromium } from '../setup/tools.js';
import { inBothLooks, sidewaysScroll, violations } from './axe.js';
import { bench, reach, replayed, type PageOptions } from './harness.js';

const list = (page: Page) => page.getByRole('main').getByRole('listbox', { name: /in order$/ });
const rows = (page: Page) => list(page).getByRole('option');
const pane = (page: Page) => page.getByRole('region', { name: /^(Packet|Message)/ });
const filter = (page: Page) => page.getByLabel('Filter', { exact: true });
const clear = (page: Page) => page.getByRole('button', { name: 'Clear the filter' });
const focused = (page: Page) => page.evaluate(() => document.activeElement?.id);
/** What a screen reader is told. */
const said = (page: Page) => page.getByRole('main').locator('[role=status][aria-live=polite]').innerText();

describeWithChromium('a filter', (chromium) => {
  const set = bench(chromium);

  /** The bundled recording, in one of the two lists. */
  const read = async (screen: 'stream' | 'messages', options: PageOptions = {}): Promise<Page> => {
    const page = await set.open(`#/${screen}`, { bypassCSP: true, ...options });
    await replayed(page);
    await list(page).focus();
    // To the start, where both veracks are.
    for (const key of ['Home', 'Escape']) await page.keyboard.press(key);
    return page;
  };
  const connect = async (page: Page) => {
    await page.getByRole('main').getByRole('link', { name: 'connect to a node' }).click();
    await page.getByRole('button', { name: 'Use the demo node' }).click();
    await reach(page, 'ready');
  };

  test.each(['stream', 'messages'] as const)(
    'in %s it stays for the next session, and says so; one button, by keyboard, shows all of it',
    async (screen) => {
      const page = await read(screen);
      await filter(page).fill('cfheaders');
      await expect.poll(() => rows(page).count()).toBeGreaterThan(0);
      expect(await page.getByText('by the filter from before').count()).toBe(0);
      await connect(page);
      await page.evaluate((to) => (location.hash = to), `#/${screen}`);
      await page.getByText(/^No (row|packet) of these \d+ fits the filter\.$/).waitFor();
      await page.getByText('by the filter from before').waitFor();
      await page.getByText('The filter was set for what was on screen before.').first().waitFor();
      await expect
        .poll(() => said(page))
        .toMatch(
          /^No (row|packet) of these \d+ fits the filter\. The filter was set for what was on screen before\.$/,
        );
      await inBothLooks(page, async (look) => {
        expect(await violations(page)).toEqual([]);
        expect(await sidewaysScroll(page)).toBe(0);
        await set.opened.screenshot(`filter-from-before-${screen}-${look}`);
      });
      await list(page).focus();
      await page.keyboard.press('Tab');
      expect(await clear(page).evaluate((button) => button === document.activeElement)).toBe(true);
      await page.keyboard.press('Enter');
      await rows(page).first().waitFor();
      expect(await filter(page).inputValue()).toBe('');
      expect(await focused(page)).toBe(screen === 'stream' ? 'stream-list' : 'message-list');
      expect(set.opened.complaints).toEqual([]);
    },
  );

  test.each(['stream', 'messages'] as const)(
    'in %s what is open closes where it does not fit, and stays where it does',
    async (screen) => {
      const page = await read(screen, { viewport: { width: 360, height: 740 } });
      await page.getByRole('option', { name: /received verack/ }).click();
      await pane(page).waitFor();
      await filter(page).fill('verack');
      await expect.poll(() => rows(page).count()).toBeLessThan(7);
      await pane(page).waitFor();
      await page.getByLabel('Direction').selectOption('sent');
      await pane(page).waitFor({ state: 'detached' });
      // Nothing covers what fits.
      await rows(page).last().click();
      await pane(page).getByText('sent').first().waitFor();
      await filter(page).fill('sendcmpct');
      await pane(page).waitFor({ state: 'detached' });
      expect(await focused(page)).toBe('filter-text');
      await expect.poll(() => said(page)).toMatch(/shown\. What was open does not fit, and is closed\.$/);
      await expect.poll(() => new URL(page.url()).hash).toBe(`#/${screen}?direction=sent&text=sendcmpct`);
      await set.opened.screenshot(`filter-closed-${screen}`);
    },
  );

  test('bytes: the search is slower than words, and closes what is open all the same', async () => {
    const page = await read('messages');
    await page.getByRole('option', { name: /sent verack/ }).click();
    await filter(page).fill('fabfb5da00');
    await pane(page).waitFor({ state: 'detached' });
    // A link to what does not fit shows it, and all around it.
    await page.evaluate(() => (location.hash = '#/stream/received.packet-9'));
    await pane(page).getByRole('button', { name: 'Read it as a message' }).click();
    await page.getByRole('region', { name: /^Message/ }).waitFor();
    expect(await filter(page).inputValue()).toBe('');
    expect(await list(page).getByRole('option', { selected: true }).count()).toBe(1);
  });

  test('an address with another filter, while the focus is in what is open: it goes to the list', async () => {
    const page = await read('messages');
    await page.getByRole('option', { name: /sent verack/ }).click();
    await pane(page).getByRole('button', { name: 'Close' }).focus();
    await page.evaluate(() => (location.hash = '#/messages?kind=cfilter'));
    await pane(page).waitFor({ state: 'detached' });
    await expect.poll(() => focused(page)).toBe('message-list');
  });
});
