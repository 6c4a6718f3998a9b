/** Somebody reads a session of 100,000 packets: scrolls, filters, goes from Stream to Messages. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { PageWork } from './page-work.js';

/** Each is answered. */
export const PINGS = 50_000;
/** The nth ping and its pong say n in each of their eight bytes. */
export const nonce = (at: number): Uint8Array => new Uint8Array(8).fill(at);

/** Where the last row stands that is on screen. */
export const lastRow = (page: Page): Promise<number> =>
  page.getByRole('listbox').getByRole('option').last().getAttribute('aria-posinset').then(Number);

/** What is over is shown from its start: how many rows there are, wherever it stands. */
export const rowCount = (page: Page): Promise<number> =>
  page.getByRole('listbox').getByRole('option').last().getAttribute('aria-setsize').then(Number);

/** Reads the session that is on screen, in Stream, all of it there: `work` takes what each act costs. */
export async function readLongLogs(page: Page, work: PageWork): Promise<void> {
  const filtered = async (text: string) => {
    await page.getByLabel('Filter').fill(text);
    await page.waitForFunction(() => !document.body.innerText.includes('still looking'));
  };

  // Nothing was let go: the first packet is there, with its bytes.
  await work.measured('scrolling in Stream', () => scroll(page));
  await page.keyboard.press('Home');
  await page.getByText(/(sent|received) packet 0 at/).waitFor();
  await page.keyboard.press('Escape');
  await work.measured('filtering in Stream', async () => {
    for (const text of ['pong', 'packet-4242', '']) await filtered(text);
    await page.getByLabel('Kind').selectOption('rekey');
    await expect
      .poll(() => page.getByText(/^[\d,]+ of [\d,]+$/).innerText())
      .toMatch(/^44\d of 100,[45]\d\d$/);
    await page.getByLabel('Kind').selectOption('');
    await filtered('1242424242424242');
    await page.getByLabel('Filter').fill('');
  });
  await work.measured('opening Messages', async () => {
    await page
      .getByRole('navigation')
      .getByRole('link', { name: /^Messages/ })
      .click();
    await page.getByRole('listbox', { name: 'Messages, in order' }).waitFor();
    await expect.poll(() => rowCount(page)).toBeGreaterThanOrEqual(2 * PINGS);
  });
  await work.measured('scrolling in Messages', () => scroll(page));
  await work.measured('filtering in Messages', async () => {
    for (const text of ['pong', '4242424242424242', '']) await filtered(text);
    await page.getByLabel('Kind').selectOption('unanswered');
    await page.waitForFunction(() => document.body.innerText.includes('fits the filter.'));
    await page.getByLabel('Kind').selectOption('');
  });
  await work.measured('choosing all of them', async () => {
    await page.getByRole('listbox').focus();
    await page.keyboard.press('ControlOrMeta+a');
    await page.getByText(/^100,\d\d\d packets selected\.$/).waitFor();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Shift+Home');
    await page.keyboard.press('Escape');
  });
}

async function scroll(page: Page): Promise<void> {
  const list = page.getByRole('listbox');
  await list.focus();
  for (const key of ['Home', 'End', 'PageUp', 'PageUp', 'Home', 'PageDown', 'Escape'])
    await page.keyboard.press(key);
  // As a wheel that is spun: far and fast.
  for (let turn = 0; turn < 40; turn++) {
    await list.evaluate((element, at) => {
      element.scrollTop = (element.scrollHeight * at) / 40;
    }, turn);
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
}
