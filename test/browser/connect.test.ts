/** What a person sees: the real page in a real browser, over the real bridge, with a real node at the other end. */
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startNode, type BitcoinNode } from '../node/harness.js';
import { plaintextMarks, tap, type Tap } from '../node/tap.js';
import { startProduct, type Product } from '../setup/product.js';
import { describeWithNodeAndChromium } from '../setup/tools.js';
import { launchBrowser, openPage, type OpenPage } from './harness.js';

const connection = (page: Page) => page.getByTestId('connection');

async function reach(page: Page, state: string): Promise<void> {
  await page.locator(`[data-testid=connection][data-state=${state}]`).waitFor({ state: 'attached' });
}

async function connect(page: Page, node: string, network = 'Regtest'): Promise<void> {
  await page.getByLabel('Node address', { exact: true }).fill(node);
  await page.getByLabel('Network', { exact: true }).selectOption({ label: network });
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
}

describeWithNodeAndChromium('the page', (paths) => {
  let browser: Browser;
  let node: BitcoinNode;
  let relay: Tap;
  let product: Product;
  let opened: OpenPage;
  const servers: Server[] = [];
  /** HOST:PORT of servers that are no Bitcoin node, and of none at all. */
  let [http, silent, closed] = ['', '', ''];
  const direct = () => `127.0.0.1:${node.p2pPort}`;

  const listen = async (server: Server): Promise<string> => {
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const open = async (path = '/'): Promise<Page> => {
    opened = await openPage(browser, `${product.url}${path}`);
    return opened.page;
  };

  beforeAll(async () => {
    [browser, node] = await Promise.all([launchBrowser(paths.chromium), startNode()]);
    relay = await tap(node.p2pPort);
    http = await listen(createHttpServer((_, response) => response.end('hello')));
    silent = await listen(createServer((socket) => socket.on('error', () => undefined).resume()));
    const gone = createServer();
    closed = await listen(gone);
    gone.close();
    const allowed = [direct(), `127.0.0.1:${relay.port}`, http, silent, closed];
    product = await startProduct(allowed.flatMap((address) => ['--allow', address]));
  });
  afterEach(async () => {
    await opened?.close();
  });
  afterAll(async () => {
    for (const server of servers) server.close();
    await browser?.close();
    await Promise.all([product?.stop(), relay?.close(), node?.stop()]);
  });

  test('a session with a real node, from idle to ready and back, and the bridge saw ciphertext only', async () => {
    const page = await open();
    await expect.poll(() => connection(page).getAttribute('data-state')).toBe('idle');
    await connect(page, `127.0.0.1:${relay.port}`);
    await reach(page, 'ready');
    const [peer] = await node.peers();
    expect(peer).toMatchObject({ transport_protocol_type: 'v2', inbound: true });
    expect(await page.getByTestId('session-id').textContent()).toBe(peer!.session_id);
    const { subversion } = await node.rpc<{ subversion: string }>('getnetworkinfo');
    expect(await page.getByTestId('user-agent').textContent()).toBe(subversion);
    expect(await connection(page).getAttribute('data-history')).toBe(
      'idle connecting handshaking negotiating ready',
    );
    for (const id of ['connection', 'session-id', 'user-agent'])
      expect(await page.getByTestId(id).count()).toBe(1);
    expect(await page.getByRole('button', { name: 'Disconnect', exact: true }).count()).toBe(1);

    await page.getByRole('button', { name: 'Disconnect', exact: true }).click();
    await reach(page, 'closed');
    await node.until(async () => (await node.peers()).length === 0);
    for (const stream of [relay.toNode(), relay.fromNode()]) {
      expect(stream.length).toBeGreaterThan(400);
      for (const mark of plaintextMarks) expect(stream.includes(mark)).toBe(false);
    }
    expect(opened.complaints).toEqual([]);
    expect(opened.violations).toEqual([]);
    expect(opened.foreignRequests()).toEqual([]);
  });

  test('a link prefills the form and does not connect', async () => {
    const page = await open(`/#/connect?node=${direct()}&network=signet`);
    const address = page.getByLabel('Node address', { exact: true });
    await expect.poll(() => address.inputValue()).toBe(direct());
    const network = page.getByLabel('Network', { exact: true });
    expect(await network.evaluate((select: HTMLSelectElement) => select.selectedOptions[0]?.label)).toBe(
      'Signet',
    );
    expect(
      await network.evaluate((select: HTMLSelectElement) => [...select.options].map(({ label }) => label)),
    ).toEqual(['Mainnet', 'Testnet3', 'Testnet4', 'Signet', 'Regtest']);
    expect(await connection(page).getAttribute('data-state')).toBe('idle');
    expect(await node.peers()).toEqual([]);
  });

  test('the embedded demo node: live traffic within seconds', async () => {
    const page = await open();
    await connect(page, 'demo');
    await reach(page, 'ready');
    const id = page.getByTestId('session-id');
    expect(await id.textContent()).toMatch(/^[0-9a-f]{64}$/);
    // As a person copies it: no gap of the drawing is in the text.
    expect(await id.innerText()).toMatch(/^[0-9a-f]{64}$/);
    expect(
      await id.evaluate((element) => {
        getSelection()?.selectAllChildren(element);
        return String(getSelection());
      }),
    ).toMatch(/^[0-9a-f]{64}$/);
    await page.goto(`${product.url}/#/messages`);
    await page
      .getByRole('option', { name: /received inv/ })
      .first()
      .waitFor();
  });

  describe('what goes wrong has a text of its own, and the page goes on working', () => {
    const cases: [string, () => string, string, RegExp][] = [
      ['a private address', () => '10.1.2.3:8333', 'Regtest', /npm start -- --allow 10\.1\.2\.3:8333/],
      ['an unreachable node', () => closed, 'Regtest', /unreachable|refused|no program/i],
      ['another network', direct, 'Signet', /network/i],
      ['a port that speaks HTTP', () => http, 'Regtest', /HTTP/],
      ['a port that says nothing', () => silent, 'Regtest', /no(t a)? (single )?byte|nothing/i],
    ];
    const texts = new Set<string>();

    test.each(cases)('%s', { timeout: 120_000 }, async (_, address, network, expected) => {
      const page = await open();
      await connect(page, address(), network);
      await reach(page, 'failed');
      const text = await page.getByRole('main').innerText();
      expect(text).toMatch(expected);
      expect(texts.has(text)).toBe(false);
      texts.add(text);

      await page.goto(`${product.url}/#/connect`);
      await connect(page, direct());
      await reach(page, 'ready');
    });

    test('a node with v2 off', async () => {
      const old = await startNode(['-v2transport=0']);
      const mine = await startProduct(['--allow', `127.0.0.1:${old.p2pPort}`]);
      try {
        opened = await openPage(browser, mine.url);
        await connect(opened.page, `127.0.0.1:${old.p2pPort}`);
        await reach(opened.page, 'failed');
        expect(await opened.page.getByRole('main').innerText()).toMatch(/v1/);
      } finally {
        await Promise.all([mine.stop(), old.stop()]);
      }
    });

    test('no bridge', async () => {
      const mine = await startProduct();
      opened = await openPage(browser, mine.url);
      await opened.page.getByRole('button', { name: 'Connect', exact: true }).waitFor();
      await mine.stop();
      await connect(opened.page, 'demo');
      await reach(opened.page, 'failed');
      expect(await opened.page.getByRole('main').innerText()).toMatch(/npm start/);
    });
  });
});
