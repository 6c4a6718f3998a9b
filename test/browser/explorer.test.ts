/** The Explorer as somebody uses it: against the demo node, a real node, a recording, and nodes that say nothing. */
import type { Page } from 'playwright-core';
import { beforeAll, afterAll, describe, expect, test } from 'vitest';
import { withHistory } from '../../bridge/demo-node/history.js';
import { decodeBlock, hashToString, transactionSize, txid } from '../../shared/messages/index.js';
import { networks } from '../../shared/networks.js';
import { addressOfScript } from '../../shared/script/index.js';
import { startNode, type BitcoinNode } from '../node/harness.js';
import { startProduct } from '../setup/product.js';
import { describeWithChromium, describeWithNodeAndChromium } from '../setup/tools.js';
import { inBothLooks, sidewaysScroll, violations } from './axe.js';
import { bench, connect, reach, replayed, type Bench } from './harness.js';

const go = (page: Page, hash: string) => page.evaluate((hash) => (location.hash = hash), hash);
const said = (page: Page) => page.getByRole('main').innerText();
const search = (page: Page) => page.getByLabel('Look up', { exact: true });
const table = (page: Page) => page.getByRole('table', { name: 'Headers, newest first' });
const rows = (page: Page) => table(page).locator('[data-row]');
const title = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true });
/** As people read it: '1,234.00005000'. */
const btc = (satoshi: bigint) =>
  `${new Intl.NumberFormat('en').format(satoshi / 100_000_000n)}.${String(satoshi % 100_000_000n).padStart(8, '0')}`;

async function lookUp(page: Page, text: string): Promise<void> {
  await search(page).fill(text);
  await search(page).press('Enter');
}

/** Connects, and opens the Explorer. */
async function explore(set: Bench, node: string, options: Parameters<Bench['open']>[1] = {}): Promise<Page> {
  const page = await set.open('#/connect', { bypassCSP: true, ...options });
  await connect(page, node);
  await reach(page, 'ready');
  await go(page, '#/explorer');
  return page;
}

async function check(set: Bench, name: string): Promise<void> {
  const { page } = set.opened;
  await inBothLooks(page, async (look) => {
    expect(await violations(page)).toEqual([]);
    expect(await sidewaysScroll(page)).toBe(0);
    await set.opened.screenshot(`explorer-${name}-${look}`);
  });
}

describeWithChromium('the Explorer', (chromium) => {
  const set = bench(chromium);
  const { chain } = withHistory();

  test('the demo node’s chain, newest first; headers by keyboard; a block by height and by hash', async () => {
    const page = await explore(set, 'demo');
    await page.getByText(/At the node’s tip, height 31\d/).waitFor();
    await expect.poll(() => rows(page).first().innerText()).toMatch(/^31\d/);
    await table(page)
      .getByText(hashToString(chain.at(305)!.hash))
      .waitFor();
    await check(set, 'start');

    await page.keyboard.press('/');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('filter-text');
    await page.keyboard.type('nonsense');
    await page.keyboard.press('Enter');
    await page.getByText('This is neither').waitFor();
    await lookUp(page, '303');
    await title(page, 'Block 303').waitFor();
    const { bytes, hash } = chain.at(303)!;
    const block = decodeBlock(bytes);
    await page
      .getByText(`All ${block.transactions.length} transaction ids`)
      .or(page.getByText('The one transaction’s id'))
      .waitFor();
    expect(await said(page)).toContain(hashToString(hash));
    expect(await said(page)).toContain(`${new Intl.NumberFormat('en').format(bytes.length)} bytes`);
    await page.getByRole('link', { name: /block after, 304/ }).click();
    await title(page, 'Block 304').waitFor();
    await lookUp(page, hashToString(hash));
    await title(page, 'Block 303').waitFor();
    expect(set.opened.complaints).toEqual([]);
  });

  test('every kind of output: amounts, addresses and sizes are those of the chain', async () => {
    const page = await explore(set, 'demo');
    await page.getByText(/At the node’s tip/).waitFor();
    // One payment for each kind of script, over and over.
    const seen = new Set<string>();
    for (let height = 101; height <= 310 && seen.size < 9; height++) {
      const { transactions } = decodeBlock(chain.at(height)!.bytes);
      const payment = transactions[1];
      if (payment === undefined) continue;
      await go(page, `#/explorer/block/${height}`);
      await title(page, `Block ${height}`).waitFor();
      const row = page.getByRole('table', { name: 'Transactions, in order' }).locator('[data-row="1"]');
      await row.getByRole('link').click();
      await title(page, 'Transaction').waitFor();
      const outputs = page.getByRole('region', { name: /^\d+ outputs?$/ });
      await outputs.waitFor();
      expect(await said(page)).toContain(hashToString(txid(payment)));
      expect(await said(page)).toContain(`${transactionSize(payment).vsize} vB`);
      for (const { value, scriptPubKey } of payment.outputs) {
        const address = addressOfScript(scriptPubKey, networks.regtest);
        const entry = outputs.getByRole('listitem').filter({ hasText: btc(value) });
        if (address !== undefined) await entry.filter({ hasText: address }).first().waitFor();
        seen.add(/\((.*)\)|(bare multisig|nonstandard)/.exec(await entry.first().innerText())?.[0] ?? '');
      }
      if (seen.size === 1) await check(set, 'transaction');
    }
    expect(seen.size).toBeGreaterThanOrEqual(8);
    await go(page, '#/explorer/block/301');
    await title(page, 'Block 301').waitFor();
    await page.getByRole('button', { name: 'Ask for the filter' }).click();
    await page.getByText('Hash of the filter').waitFor();
    expect(await said(page)).toMatch(/holds It matches \d+ of the scripts/);
    await check(set, 'block');
  });
});
