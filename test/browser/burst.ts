/** A scripted node at the other end of the real bridge pours blocks into the tab as fast as it takes them. */
import type { Browser, Page } from 'playwright-core';
import type { Peer } from '../../shared/peer/index.js';
import type { OwnNode } from './scripted-node.js';
import { respond } from './scripted-node.js';
import type { BigBlock } from './big-blocks.js';
import { beginWatch, blocksTold, tabFacts, watchTab, type TabFacts } from './tab-watch.js';

export interface Burst {
  readonly facts: TabFacts;
  /** From the first byte that the node wrote to the row of the last block in the page, in ms. */
  readonly ms: number;
}

export interface LivePage {
  readonly page: Page;
  readonly peer: Peer;
  close(): Promise<void>;
}

/** A page with a session to `node`, on the screen Messages. @param engine what the address asks for */
export async function openLive(
  browser: Browser,
  url: string,
  node: OwnNode,
  engine?: string,
): Promise<LivePage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  await context.route('**/*.jsonl', (route) => route.fulfill({ body: '' }));
  const page = await context.newPage();
  await watchTab(page);
  let peer!: Peer;
  node.serve = (socket) => (peer = respond(socket, { garbage: 0 }));
  await page.goto(`${url}/${engine === undefined ? '' : `?engine=${engine}`}#/connect`);
  await page.getByLabel('Node address', { exact: true }).fill(node.address);
  await page.getByLabel('Network', { exact: true }).selectOption({ label: 'Regtest' });
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.locator('[data-testid=connection][data-state=ready]').waitFor({ state: 'attached' });
  await page
    .getByRole('navigation')
    .getByRole('link', { name: /^Messages/ })
    .click();
  await page.getByRole('listbox', { name: 'Messages, in order' }).waitFor();
  return { page, peer, close: () => context.close() };
}

/** All of them are sealed before the first byte goes, so that the node is not what is measured. */
export async function pour({ page, peer }: LivePage, blocks: readonly BigBlock[]): Promise<Burst> {
  await beginWatch(page);
  for (const { bytes } of blocks) peer.sendRaw('block', bytes);
  const startedAt = performance.now();
  await blocksTold(page, blocks.length);
  const ms = performance.now() - startedAt;
  return { facts: await tabFacts(page), ms };
}
