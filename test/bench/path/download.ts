/** A tab asks a real node for blocks, through the real bridge, and shows what comes. */
import type { Browser, Page } from 'playwright-core';
import { toHex } from '../../../shared/bytes.js';
import { encodeMessage, hashFromString, inventoryTypes } from '../../../shared/messages/index.js';
import { beginWatch, blocksTold, tabFacts, watchTab, type TabFacts } from '../../browser/tab-watch.js';

export interface Download {
  readonly facts: TabFacts;
  readonly bytes: number;
  /** From the row of the question to the row of the last block in the page, in ms. */
  readonly ms: number;
  /** What the page says of its engine. */
  readonly engine: string;
}

export interface DownloadOptions {
  /** Of the product. */
  readonly url: string;
  /** HOST:PORT */
  readonly node: string;
  /** What the page's address asks for; undefined: nothing. */
  readonly engine: string | undefined;
  readonly hashes: readonly string[];
}

/** @param during runs what it is given, once the question is typed: for a profile */
export async function download(
  browser: Browser,
  { url, node, engine, hashes }: DownloadOptions,
  during: (page: Page, act: () => Promise<void>) => Promise<void> = (_, act) => act(),
): Promise<Download> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  await context.route('**/*.jsonl', (route) => route.fulfill({ body: '' }));
  try {
    const page = await context.newPage();
    await watchTab(page);
    await page.goto(`${url}/${engine === undefined ? '' : `?engine=${engine}`}#/connect`);
    await page.getByLabel('Node address', { exact: true }).fill(node);
    await page.getByLabel('Network', { exact: true }).selectOption({ label: 'Regtest' });
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.locator('[data-testid=connection][data-state=ready]').waitFor({ state: 'attached' });
    const said = await page.getByTestId('engine').getAttribute('data-engine');

    await page.evaluate(() => (location.hash = '#/compose'));
    await page.getByLabel('Message', { exact: true }).selectOption('raw');
    const inventory = hashes.map((hash) => ({
      type: inventoryTypes.witnessBlock,
      hash: hashFromString(hash),
    }));
    await page.locator('[id="compose:type"]').fill('getdata');
    await page.locator('[id="compose:payload"]').fill(toHex(encodeMessage('getdata', { inventory })));
    const send = page.getByRole('button', { name: /^Send / });
    await page.locator('[data-preview=made]').waitFor();
    await beginWatch(page);
    let facts!: TabFacts;
    await during(page, async () => {
      await send.click();
      await page
        .getByRole('navigation')
        .getByRole('link', { name: /^Messages/ })
        .click();
      await blocksTold(page, hashes.length);
      facts = await tabFacts(page);
    });
    const wanted = hashes.join();
    const came = facts.blocks.map(({ summary }) => summary.split(' ')[0]).join();
    if (came !== wanted) throw new Error('other blocks came than were asked for');
    const bytes = facts.blocks.reduce((sum, { payloadBytes }) => sum + payloadBytes, 0);
    const ms = facts.blocks.at(-1)!.at - facts.askedAt;
    return { facts, bytes, ms, engine: said ?? '' };
  } finally {
    await context.close();
  }
}
