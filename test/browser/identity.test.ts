/** The Identity screen: what a real node prints, pasted into the page, and what the page answers. */
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { MAX_PASTED } from '../../web/screens/identity/getpeerinfo.js';
import { startNode, type BitcoinNode } from '../node/harness.js';
import { startProduct, type Product } from '../setup/product.js';
import { describeWithChromium, describeWithNodeAndChromium } from '../setup/tools.js';
import { inBothLooks, sidewaysScroll, violations, widen } from './axe.js';
import { launchBrowser, openPage, type OpenPage } from './harness.js';

const box = (page: Page) => page.getByRole('textbox', { name: /Paste what it printed/ });
const answer = (page: Page) => page.getByRole('status', { name: 'Answer' });
const main = (page: Page) => page.getByRole('main');

/** As bitcoin-cli prints it. */
const printed = (value: unknown): string => JSON.stringify(value, null, 2);

async function reach(page: Page, state: string): Promise<void> {
  await page.locator(`[data-testid=connection][data-state=${state}]`).waitFor({ state: 'attached' });
}

async function connect(page: Page, address: string): Promise<void> {
  await page.getByRole('link', { name: 'Connect', exact: true }).click();
  await page.getByLabel('Node address', { exact: true }).fill(address);
  await page.getByLabel('Network', { exact: true }).selectOption({ label: 'Regtest' });
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
}

async function toIdentity(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Identity', exact: true }).click();
  await page.getByRole('heading', { name: 'Identity', exact: true }).waitFor();
}

/** Pastes, and resolves with what is answered. */
async function paste(page: Page, text: string, title: string): Promise<string> {
  await box(page).fill('');
  await expect.poll(() => answer(page).innerText()).toBe('');
  await box(page).fill(text);
  await answer(page).getByRole('heading', { name: title, exact: true }).waitFor();
  return answer(page).innerText();
}

const look = async (opened: OpenPage, name: string) => {
  await inBothLooks(opened.page, async (how) => {
    expect(await violations(opened.page)).toEqual([]);
    expect(await sidewaysScroll(opened.page)).toBe(0);
    await opened.screenshot(`identity-${name}-${how}`);
  });
  await widen(opened.page);
};

describeWithNodeAndChromium('what a real node prints', (paths) => {
  let browser: Browser;
  let node: BitcoinNode;
  let old: BitcoinNode;
  let product: Product;
  let opened: OpenPage;
  beforeAll(async () => {
    [browser, node, old] = await Promise.all([
      launchBrowser(paths.chromium),
      startNode(),
      startNode(['-v2transport=0']),
    ]);
    product = await startProduct([
      '--allow',
      `127.0.0.1:${node.p2pPort}`,
      '--allow',
      `127.0.0.1:${old.p2pPort}`,
    ]);
  });
  afterEach(() => opened?.close());
  afterAll(async () => {
    await browser?.close();
    await Promise.all([product?.stop(), node?.stop(), old?.stop()]);
  });

  test('matches the session of this tab, and no other', async () => {
    opened = await openPage(browser, product.url, { bypassCSP: true });
    const { page } = opened;
    await connect(page, `127.0.0.1:${node.p2pPort}`);
    await reach(page, 'ready');
    await toIdentity(page);
    const peers = await node.peers();
    const [peer] = peers;
    expect(peers).toHaveLength(1);
    const id = page.getByTestId('identity-id');
    expect(await id.textContent()).toBe(peer!.session_id);
    // As a person copies it: one word.
    expect(
      await id.evaluate((element) => {
        getSelection()?.selectAllChildren(element);
        return String(getSelection());
      }),
    ).toBe(peer!.session_id);
    expect(await main(page).innerText()).toContain('bitcoin-cli -regtest getpeerinfo');

    const match = await paste(page, printed(peers), 'Match');
    for (const fact of [peer!.addr, peer!.subver, `id\n${peer!.id}`]) expect(match).toContain(fact);
    expect(match).toContain('nobody sits between');
    await look(opened, 'match');
    await paste(page, printed(peer), 'Match');
    await paste(page, peer!.session_id.toUpperCase().replace(/(.{8})/g, '$1 '), 'Match');
    const part = await paste(page, peer!.session_id.slice(0, 16), 'This is not getpeerinfo');
    expect(part).toContain('16 hex digits, too short');

    // A connection that says nothing: the node cannot tell yet what it speaks.
    const silent = connectTcp(node.p2pPort, '127.0.0.1');
    await once(silent, 'connect');
    const detecting = await node.until(async () =>
      (await node.peers()).find((other) => other.transport_protocol_type === 'detecting'),
    );
    expect(await paste(page, printed(detecting), 'That peer is still being detected')).toContain(
      detecting.addr,
    );
    await paste(page, printed(await node.peers()), 'Match');
    silent.destroy();

    // Another session with the same node: what it printed before is not about this one.
    await connect(page, `127.0.0.1:${node.p2pPort}`);
    await expect.poll(() => page.getByTestId('session-id').textContent()).not.toBe(peer!.session_id);
    await reach(page, 'ready');
    await toIdentity(page);
    expect(await box(page).inputValue()).toBe('');
    const none = await paste(page, printed(peers), 'No such session');
    expect(none).toContain('1 v2 session was looked at');
    expect(none).toContain('somebody sits in between');
    await look(opened, 'none');

    await page.getByRole('button', { name: 'Disconnect', exact: true }).click();
    await reach(page, 'closed');
    expect(await main(page).innerText()).toContain('The session has ended');
    expect(await answer(page).innerText()).toContain('The session on screen is not live');
    expect(opened.complaints).toEqual([]);
    expect(opened.foreignRequests()).toEqual([]);
  });

  test('over v1 there is nothing to compare, and the page says so', async () => {
    opened = await openPage(browser, product.url, { bypassCSP: true });
    const { page } = opened;
    await connect(page, `127.0.0.1:${old.p2pPort}`);
    await reach(page, 'failed');
    await toIdentity(page);
    expect(await main(page).innerText()).toContain('ended before both keys had crossed');
    await page.getByRole('link', { name: 'Connect', exact: true }).click();
    await page.getByRole('button', { name: 'Retry with v1, unencrypted' }).click();
    await reach(page, 'ready');
    await toIdentity(page);
    expect(await main(page).innerText()).toContain('This session speaks v1: it has no keys, and so no id');
    expect(await page.getByTestId('identity-id').count()).toBe(0);
    const [peer] = await old.peers();
    const said = await paste(page, printed(peer), 'That peer is on v1');
    expect(said).toContain(peer!.addr);
    expect(said).toContain('everyone on the way can read and change it');
    await paste(page, printed([peer, peer]), 'All 2 peers are on v1');
    await paste(page, 'ab'.repeat(32), 'Nothing to compare it with');
    await look(opened, 'v1');
    expect(opened.complaints).toEqual([]);
  });

  test('a peer on v1 is not this tab’s session on v2', async () => {
    opened = await openPage(browser, product.url);
    const { page } = opened;
    await connect(page, `127.0.0.1:${node.p2pPort}`);
    await reach(page, 'ready');
    await toIdentity(page);
    const [peer] = await node.peers();
    const downgraded = { ...peer, transport_protocol_type: 'v1', session_id: '' };
    expect(await paste(page, printed([downgraded]), 'That peer is on v1')).toContain(
      'speaks v2 with this tab and v1 with the node',
    );
  });
});

describeWithChromium('the Identity screen', (chromium) => {
  let product: Product;
  let browser: Browser;
  let opened: OpenPage;
  beforeAll(async () => {
    [product, browser] = await Promise.all([startProduct(), launchBrowser(chromium)]);
  });
  afterEach(() => opened?.close());
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });

  test('by keyboard: of the recording it says that its id is not live; what is pasted goes nowhere', async () => {
    opened = await openPage(browser, product.url);
    const { page } = opened;
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('i');
    await page.getByTestId('identity-id').waitFor();
    expect(await page.getByTestId('identity-id').textContent()).toMatch(/^[0-9a-f]{64}$/);
    expect(await main(page).innerText()).toMatch(/Recorded · regtest · .*does not list it any more/);
    // The worker and the rest are loaded; from here on nothing may be asked for.
    await page.evaluate(() => navigator.serviceWorker.ready);
    const before = opened.requests.length;
    await paste(
      page,
      printed([{ id: 1, addr: '1.2.3.4:5', session_id: 'ab'.repeat(32) }]),
      'No such session',
    );
    await paste(page, 'how do I do this?', 'This is not getpeerinfo');
    await paste(page, 'bitcoin-cli getpeerinfo', 'This is not getpeerinfo');
    await page.getByRole('button', { name: 'Clear' }).click();
    await expect.poll(() => answer(page).innerText()).toBe('');
    expect(opened.requests.slice(before)).toEqual([]);
    expect(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toContain(
      '1.2.3.4',
    );
    expect(await page.getByRole('link', { name: /in the Lab/ }).getAttribute('href')).toBe('#/lab/mallory');
    expect(opened.complaints).toEqual([]);
    expect(opened.violations).toEqual([]);
  });

  test('the demo node: the id, and that there is no bitcoin-cli to ask', async () => {
    opened = await openPage(browser, product.url);
    const { page } = opened;
    await page.getByRole('button', { name: 'Use the demo node' }).click();
    await reach(page, 'ready');
    await toIdentity(page);
    expect(await main(page).innerText()).toContain(
      'The demo node is a part of the bridge and has no bitcoin-cli',
    );
    await page.getByText('Other ways to ask').click();
    const id = await page.getByTestId('identity-id').textContent();
    await page.getByText(`bitcoin-cli -regtest getpeerinfo | grep ${id}`).waitFor();
  });

  test('too much text is not kept, and the page says how much it takes; hostile text is text', async () => {
    opened = await openPage(browser, `${product.url}/#/identity`, { bypassCSP: true });
    const { page } = opened;
    await box(page).fill('x'.repeat(MAX_PASTED + 1));
    await answer(page)
      .getByText('It has 4,000,001 characters; this page looks at 4,000,000 at most.')
      .waitFor();
    expect(await box(page).inputValue()).toBe('');
    await page.getByRole('button', { name: 'Clear' }).click();
    const said = await paste(page, printed({ '<img src=x onerror=alert(1)>': 1 }), 'This is not getpeerinfo');
    expect(said).toContain('an object with “<img src=x onerror=');
    expect(await answer(page).locator('img').count()).toBe(0);
    await page.getByText('Other ways to ask').click();
    await look(opened, 'not');
    expect(opened.complaints).toEqual([]);
  });
});
