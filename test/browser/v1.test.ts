/** A node that speaks only v1: the page says so, offers v1 in the open, and says what it costs. */
import { type Socket } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { networks } from '../../shared/networks.js';
import { V1Transport } from '../../shared/peer/index.js';
import { startNode, type BitcoinNode } from '../node/harness.js';
import { startProduct, type Product } from '../setup/product.js';
import { describeWithChromium, describeWithNodeAndChromium } from '../setup/tools.js';
import { inBothLooks, sidewaysScroll, violations, widen } from './axe.js';
import { connect, launchBrowser, openPage, reach, type OpenPage } from './harness.js';
import { benchWithNode, respond, respondWith } from './own-node.js';

const offer = (page: Page) => page.getByRole('button', { name: 'Retry with v1, unencrypted' });
const inMain = (page: Page) => page.getByRole('main').innerText();

describeWithNodeAndChromium('a real node with v2 off', (paths) => {
  let browser: Browser;
  let node: BitcoinNode;
  let product: Product;
  let opened: OpenPage;
  beforeAll(async () => {
    [browser, node] = await Promise.all([launchBrowser(paths.chromium), startNode(['-v2transport=0'])]);
    product = await startProduct(['--allow', `127.0.0.1:${node.p2pPort}`]);
  });
  afterAll(async () => {
    await opened?.close();
    await browser?.close();
    await Promise.all([product?.stop(), node?.stop()]);
  });

  test('is reached over v1 once a person says so, and not before', async () => {
    opened = await openPage(browser, product.url, { bypassCSP: true });
    const { page } = opened;
    const look = async (name: string) => {
      await inBothLooks(page, async (how) => {
        expect(await violations(page)).toEqual([]);
        expect(await sidewaysScroll(page)).toBe(0);
        await opened.screenshot(`${name}-${how}`);
      });
      await widen(page);
    };
    await connect(page, `127.0.0.1:${node.p2pPort}`);
    await reach(page, 'failed');
    expect(await inMain(page)).toMatch(
      /everyone on the way, the bridge included, can read and change everything/,
    );
    expect(await inMain(page)).not.toContain('Earlier in this tab');
    await look('v1-offer');
    expect(await node.peers()).toEqual([]);

    await offer(page).click();
    await reach(page, 'ready');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
    const [peer] = await node.peers();
    expect(peer).toMatchObject({ transport_protocol_type: 'v1', inbound: true, session_id: '' });
    const { subversion } = await node.rpc<{ subversion: string }>('getnetworkinfo');
    expect(await page.getByTestId('user-agent').textContent()).toBe(subversion);
    const bar = page.getByTestId('connection');
    expect(await bar.getAttribute('data-history')).toBe('idle connecting negotiating ready');
    expect(await bar.innerText()).toMatch(/v1 · unencrypted\s+no session id/);
    expect(await page.getByTestId('session-id').textContent()).toBe('');
    expect(await inMain(page)).toMatch(/v1 has no handshake/);
    // The magic of regtest, first of all that is seen.
    expect(await page.getByRole('listbox', { name: /first message sent/ }).innerText()).toMatch(
      /network magic, 4 bytes\s+fa\s*bf\s*b5\s*da/,
    );
    await look('v1-handshake');

    await page.getByRole('link', { name: 'Messages' }).click();
    // 24 bytes of header and 8 of nonce.
    await page.getByRole('option', { name: /received ping 32 B/ }).click();
    const detail = page.getByRole('region', { name: 'Message ping' });
    await detail.getByText('= 32 bytes on the wire').waitFor();
    await detail.getByText('Over v2 the same message would take 29 bytes, none of them readable.').waitFor();
    await detail.getByRole('treeitem', { name: /^nonce/ }).waitFor();
    await look('v1-messages');
    await page.getByRole('button', { name: 'Disconnect', exact: true }).click();
    await reach(page, 'closed');
    await node.until(async () => (await node.peers()).length === 0);
    expect(opened.complaints).toEqual([]);
  });
});

describeWithChromium('v1 on request', (chromium) => {
  const set = benchWithNode(chromium);

  const hangUp = (socket: Socket) => socket.once('data', () => socket.end());

  test('a node that spoke v2 before and now hangs up: the text warns that this may be somebody’s doing', async () => {
    set.node.serve = (socket) => respond(socket);
    const page = await set.open();
    await connect(page, set.node.address);
    await reach(page, 'ready');
    await page.getByRole('button', { name: 'Disconnect', exact: true }).click();
    await reach(page, 'closed');
    set.node.serve = hangUp;
    await connect(page, set.node.address);
    await reach(page, 'failed');
    expect(await inMain(page)).toMatch(/this very node spoke v2.*somebody’s doing/);

    // Neither does it answer v1: then there is nothing left to offer.
    await offer(page).click();
    await page.getByRole('heading', { name: 'The node did not answer v1 either' }).waitFor();
    expect(await offer(page).count()).toBe(0);
  });

  test('a node that answers with bytes is offered no v1', async () => {
    set.node.serve = (socket) => socket.once('data', () => socket.end(networks.regtest.magic));
    const page = await set.open();
    await connect(page, set.node.address);
    await reach(page, 'failed');
    expect(await inMain(page)).toContain('The node answered in v1');
    expect(await offer(page).count()).toBe(0);
  });

  test('a v1 message with a wrong checksum is a row that says so, and the session goes on', async () => {
    set.node.serve = hangUp;
    const page = await set.open();
    await connect(page, set.node.address);
    await reach(page, 'failed');
    let damage = false;
    const withLastByteChanged = (chunk: Uint8Array) =>
      damage ? chunk.map((byte, at) => (at === chunk.length - 1 ? byte ^ 1 : byte)) : chunk;
    let peer!: ReturnType<typeof respondWith>;
    set.node.serve = (socket) => {
      peer = respondWith(V1Transport.responder({ network: networks.regtest }), socket, withLastByteChanged);
    };
    await offer(page).click();
    await reach(page, 'ready');
    damage = true;
    peer.sendRaw('ping', new Uint8Array(8));
    await page.getByRole('link', { name: 'Messages' }).click();
    await page.getByRole('option', { name: /received ping 32 B dropped: its checksum/ }).waitFor();
    damage = false;
    await peer.ping();
    await page.getByLabel('Kind').selectOption('dropped');
    await expect.poll(() => page.getByRole('option', { name: /^[\d,]+ \+.* B / }).count()).toBe(1);
    await page.getByRole('option', { name: /received ping/ }).click();
    await page.getByText('A message that arrives damaged is not acted on').waitFor();
    expect(await page.getByTestId('connection').getAttribute('data-state')).toBe('ready');
  });
});
