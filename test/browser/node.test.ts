/** The screen Node: what a real node says of itself, held against what it tells its operator; and the demo node, offline. */
import fs from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { addressNetworks, serviceBits, timeToString } from '../../shared/messages/index.js';
import { startNode, type BitcoinNode } from '../node/harness.js';
import { startProduct, type Product } from '../setup/product.js';
import { describeWithChromium, describeWithNodeAndChromium } from '../setup/tools.js';
import { inBothLooks, sidewaysScroll, violations } from './axe.js';
import { launchBrowser, openPage, type OpenPage } from './harness.js';
import { listenAsNode, respond } from './own-node.js';

const NOBODY = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';
const BLOCKS = 102;

const main = (page: Page) => page.getByRole('main');
const fact = (page: Page, name: string) =>
  page
    .getByTestId('node-facts')
    .locator('> div')
    .filter({ has: page.getByText(name, { exact: true }) });
const negotiation = (page: Page) => page.getByRole('table', { name: 'Message by message' }).getByRole('row');
const addresses = (page: Page) => page.getByRole('table', { name: 'Addresses' });
const announced = (page: Page) => page.getByRole('table', { name: 'Announced, newest first' });
const height = (page: Page) => page.getByTestId('node-height');

async function reach(page: Page, state: string): Promise<void> {
  await page.locator(`[data-testid=connection][data-state=${state}]`).waitFor({ state: 'attached' });
}

async function connect(page: Page, address: string): Promise<void> {
  await page.getByLabel('Node address', { exact: true }).fill(address);
  await page.getByLabel('Network', { exact: true }).selectOption({ label: 'Regtest' });
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await reach(page, 'ready');
}

async function toNode(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Node', exact: true }).click();
  await page.getByRole('heading', { name: 'Node', exact: true }).waitFor();
}

const look = (opened: OpenPage, name: string) =>
  inBothLooks(opened.page, async (how) => {
    // A canvas is drawn anew for another theme and width.
    await opened.page.waitForTimeout(100);
    expect(await violations(opened.page)).toEqual([]);
    expect(await sidewaysScroll(opened.page)).toBe(0);
    await opened.screenshot(`node-${name}-${how}`);
  });

/** Service names as the screen shows them, as the bits that they are. */
const bitsOf = (names: readonly string[]): bigint =>
  names.reduce((bits, name) => {
    const numbered = /^bit (\d+)$/.exec(name)?.[1];
    const bit =
      numbered === undefined ? serviceBits[name as keyof typeof serviceBits] : 1n << BigInt(numbered);
    return bits | bit;
  }, 0n);

/** 'NETWORK WITNESS bit 28' split at ' bit ' has its numbers behind the first part. */
const bitNames = (part: string, at: number): string[] => {
  const [first = '', ...others] = part.split(' ');
  return at === 0 ? [first, ...others] : [`bit ${first}`, ...others];
};

describeWithNodeAndChromium('the screen Node, against a real node', (paths) => {
  let browser: Browser;
  let node: BitcoinNode;
  let product: Product;
  let opened: OpenPage;
  beforeAll(async () => {
    [browser, node] = await Promise.all([launchBrowser(paths.chromium), startNode()]);
    product = await startProduct(['--allow', `127.0.0.1:${node.p2pPort}`]);
    await node.rpc('generatetoaddress', BLOCKS, NOBODY);
  });
  afterEach(() => opened?.close());
  afterAll(async () => {
    await browser?.close();
    await Promise.all([product?.stop(), node?.stop()]);
  });
  const open = async (options: object = {}): Promise<Page> => {
    opened = await openPage(browser, product.url, options);
    await connect(opened.page, `127.0.0.1:${node.p2pPort}`);
    await toNode(opened.page);
    return opened.page;
  };

  test('says what the node’s operator sees: name, version, services, height, clock, fee filter', async () => {
    const page = await open();
    const info = await node.rpc<{ subversion: string; protocolversion: number; localservices: string }>(
      'getnetworkinfo',
    );
    const [peer] =
      await node.rpc<{ timeoffset: number; minping: number; version: number; relaytxes: boolean }[]>(
        'getpeerinfo',
      );
    await expect.poll(() => fact(page, 'Name').innerText()).toContain(info.subversion);
    expect(await fact(page, 'Protocol version').innerText()).toContain(String(info.protocolversion));
    expect(await fact(page, 'Protocol version').innerText()).toContain(`ours is ${peer!.version}`);
    const names = await page.getByTestId('node-services').getByRole('term').allInnerTexts();
    // Knots offers Bloom filters to peers from its own machine, and lists that nowhere.
    expect(bitsOf(names) & ~serviceBits.BLOOM).toBe(BigInt(`0x${info.localservices}`) & ~serviceBits.BLOOM);
    expect(await height(page).innerText()).toBe(String(await node.rpc<number>('getblockcount')));
    expect(Math.abs(peer!.timeoffset)).toBeLessThanOrEqual(1);
    expect(await fact(page, 'Clock').innerText()).toContain('as this machine’s');
    await expect.poll(() => fact(page, 'Fee filter').innerText()).toMatch(/[\d.]+ sat\/vB/);
    expect(opened.complaints).toEqual([]);
    expect(opened.violations).toEqual([]);
  });

  test('its negotiation in order, each message a link to it in Messages', async () => {
    const page = await open();
    // After verack it sends what it likes, in its own time.
    await expect
      .poll(async () => (await negotiation(page).allInnerTexts()).join('\n'))
      .toMatch(/sendcmpct[^]*feefilter/);
    const said = await negotiation(page).evaluateAll((rows) =>
      rows.flatMap((row) => {
        const type = row.querySelector('a')?.textContent;
        return type ? [`${row.getAttribute('data-direction')} ${type}`] : [];
      }),
    );
    // What either side says has its order; how the two mix is the network's.
    const by = (direction: string) =>
      said
        .slice(0, 8)
        .flatMap((each) => (each.startsWith(direction) ? [each.slice(direction.length + 1)] : []));
    expect(said.slice(0, 2)).toEqual(['sent version', 'received version']);
    expect(by('sent')).toEqual(['version', 'wtxidrelay', 'sendaddrv2', 'verack']);
    expect(by('received')).toEqual(['version', 'wtxidrelay', 'sendaddrv2', 'verack']);
    await negotiation(page).getByRole('link', { name: 'sendcmpct' }).first().click();
    await page.getByRole('region', { name: 'Message sendcmpct' }).waitFor();
    expect(new URL(page.url()).hash).toMatch(/^#\/messages/);
  });

  test('a block that is mined while connected is there at once, and the height with it', async () => {
    const page = await open();
    await expect.poll(() => height(page).innerText()).toMatch(/\d/);
    const before = await node.rpc<number>('getblockcount');
    const [hash] = await node.rpc<string[]>('generatetoaddress', 1, NOBODY);
    const link = announced(page).getByRole('link', { name: hash! });
    await link.waitFor();
    expect(await link.getAttribute('href')).toBe(`#/explorer/block/${hash}`);
    expect(await height(page).innerText()).toBe(String(before + 1));
    expect(await fact(page, 'Height').first().innerText()).toContain('announced since, counted');
    expect(await fact(page, 'Height').first().innerText()).toContain(hash!);
  });

  test('the round trip, and the part of it to the bridge', async () => {
    const page = await open();
    const latency = page.getByTestId('node-latency');
    await expect.poll(() => latency.innerText()).toMatch(/of this, to the bridge\s+[\d.]+ ms/);
    const measured = await latency.innerText();
    expect(measured).toContain('from there to the node');
    expect(measured).toContain('TCP connection');
    const answers = async () =>
      Number(
        /(\d+) answers?,/.exec(await page.getByText('Round trips over time.').locator('..').innerText())![1],
      );
    await expect.poll(answers).toBeGreaterThan(0);
    const first = await answers();
    await page.getByRole('button', { name: 'Measure now' }).click();
    await expect.poll(answers).toBeGreaterThan(first);
    // The node saw our pings, and has answered them.
    expect(node.log()).toMatch(/received: ping/);
    await page.getByText('The numbers').first().click();
    const table = page.getByRole('region', { name: 'Round trips over time: the numbers' });
    await expect.poll(async () => (await table.getByRole('row').count()) - (await answers())).toBe(1);
  });

  test('its address table: every address is one that it has, with its network, port and services', async () => {
    const onions = Array.from({ length: 20 }, (_, n) =>
      addressNetworks.find(({ id }) => id === 4)!.text(new Uint8Array(32).fill(n + 1)),
    );
    // The harness starts the node with -connect=0: it dials none of them.
    for (let n = 1; n <= 80; n++) await node.rpc('addpeeraddress', `${60 + n}.${n}.5.7`, 8333);
    for (const onion of onions) await node.rpc('addpeeraddress', onion, 8334);
    const known = await node.rpc<{ address: string; port: number; services: number; time: number }[]>(
      'getnodeaddresses',
      0,
    );
    const all = new Map(known.map((one) => [one.address, one]));
    const page = await open({ acceptDownloads: true });
    expect(await main(page).innerText()).toContain('A node answers this question once per connection');
    await page.getByRole('button', { name: 'Ask for addresses' }).click();
    await addresses(page).waitFor();
    await page.getByText(/answered at/).waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save all as CSV' }).click();
    const csv = fs
      .readFileSync(await (await download).path(), 'utf8')
      .trim()
      .split('\n')
      .slice(1);
    expect(csv.length).toBeGreaterThan(1);
    for (const line of csv) {
      const [network, host, port, services, heard] = line.split(',');
      const truth = all.get(host!)!;
      expect(Number(port)).toBe(truth.port);
      expect(network).toBe(host!.endsWith('.onion') ? 'Tor v3' : 'IPv4');
      expect(bitsOf(services!.split(' bit ').flatMap(bitNames))).toBe(BigInt(truth.services));
      expect(heard).toBe(timeToString(truth.time));
    }
    expect(await page.getByTestId('node-networks').innerText()).toContain(`${csv.length} addresses`);
    const shown = await addresses(page).getByRole('row').count();
    expect(shown).toBeGreaterThan(1);
    await page.getByRole('combobox', { name: 'Network' }).selectOption('IPv4');
    await expect
      .poll(async () => new Set(await addresses(page).locator('[role=row] > :nth-child(3)').allInnerTexts()))
      .toEqual(new Set(['network', 'IPv4']));
    expect(await page.getByRole('button', { name: 'Ask for addresses' }).count()).toBe(0);
  });
});

describeWithChromium('the screen Node', (chromium) => {
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

  test('of the recording that comes with the page: a full screen, by keyboard, and nothing is measured', async () => {
    opened = await openPage(browser, product.url, { bypassCSP: true });
    const { page } = opened;
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('n');
    await page.getByRole('heading', { name: 'What it passes on' }).waitFor();
    const said = await main(page).innerText();
    expect(said).toContain('This is a recording');
    expect(said).toMatch(/\/Satoshi:29/);
    expect(said).toMatch(/bit 28/);
    expect(said).toMatch(/4 transactions and 1 block announced/);
    expect(said).toContain('Nobody asked it in this session.');
    expect(await height(page).innerText()).toBe('106');
    for (const button of ['Measure now', 'Ask for addresses'])
      expect(await page.getByRole('button', { name: button }).count()).toBe(0);
    await page.getByText('The numbers').first().click();
    await look(opened, 'recorded');
    expect(opened.complaints).toEqual([]);
  });

  test('the demo node: what it is, whom it knows, what it passes on; drawn under the policy that the page has', async () => {
    opened = await openPage(browser, product.url);
    const { page } = opened;
    await page.getByRole('button', { name: 'Use the demo node' }).click();
    await reach(page, 'ready');
    await toNode(page);
    await page.getByRole('button', { name: 'Ask for addresses' }).click();
    await page.getByText(/answered at/).waitFor();
    expect(await page.getByTestId('node-networks').innerText()).toContain(
      '9 addresses told in 1 message: 3 IPv4, 2 IPv6, 1 CJDNS, 1 I2P, 1 Tor v3, 1 Yggdrasil.',
    );
    await page.getByLabel('Sorted by').selectOption('port');
    await expect
      .poll(async () => (await addresses(page).locator('[role=row] > :nth-child(2)').allInnerTexts()).at(-1))
      .toBe('0');
    // One by keyboard: all of it is said below, also what a narrow screen has no column for, and it copies.
    await addresses(page).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    const chosen = page.getByRole('region', { name: 'The chosen address' });
    await chosen.waitFor();
    const second = addresses(page).getByRole('button', { pressed: true });
    const host = await second.innerText();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(host);
    expect(await chosen.innerText()).toMatch(/Services: .+\. Last heard of .+ UTC; told to us at/);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await chosen.getByRole('button', { name: 'Copy the address' }).click();
    await chosen.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(`${host}:`);
    for (const usual of [/^[a-z2-7]{56}\.onion$/, /^[a-z2-7]{52}\.b32\.i2p$/, /^\[?fc[0-9a-f:]+\]?$/])
      expect(
        (await addresses(page).locator('[role=row] button').allInnerTexts()).some((text) => usual.test(text)),
      ).toBe(true);
    const first = announced(page).getByRole('link').first();
    await first.waitFor();
    expect(await first.getAttribute('href')).toMatch(/^#\/explorer\/tx\/[0-9a-f]{64}$/);
    // Both plots are there, drawn by the page's own code.
    for (const canvas of await page.locator('canvas').all())
      expect(
        await canvas.evaluate((element: HTMLCanvasElement) =>
          element
            .getContext('2d')!
            .getImageData(0, 0, element.width, element.height)
            .data.some((value) => value > 0),
        ),
      ).toBe(true);
    expect(await page.locator('canvas').count()).toBe(2);
    // Another theme has other colours.
    const pixels = () =>
      page
        .locator('canvas')
        .last()
        .evaluate((element: HTMLCanvasElement) => element.toDataURL());
    const before = await pixels();
    await page.getByLabel('Theme').selectOption('dark');
    await expect.poll(pixels).not.toBe(before);
    expect(opened.complaints).toEqual([]);
    expect(opened.violations).toEqual([]);
    expect(opened.foreignRequests()).toEqual([]);
  });

  test('while somebody reads what is passed on, it stays, and what comes is counted', async () => {
    opened = await openPage(browser, product.url, { bypassCSP: true });
    const { page } = opened;
    await page.getByRole('button', { name: 'Use the demo node' }).click();
    await reach(page, 'ready');
    await toNode(page);
    const first = announced(page).getByRole('link').first();
    await first.waitFor();
    await announced(page).focus();
    const held = await first.textContent();
    await page.getByText(/1 newer waits/).waitFor();
    expect(await first.textContent()).toBe(held);
    await page.getByRole('button', { name: 'Go to the newest' }).click();
    await expect.poll(() => first.textContent()).not.toBe(held);
    await page.getByRole('button', { name: 'Ask for addresses' }).click();
    await addresses(page).waitFor();
    await look(opened, 'demo');
  });

  test('without a session it says what to do; after one, what it was stays', async () => {
    opened = await openPage(browser, `${product.url}/#/node`, { withoutRecording: true });
    const { page } = opened;
    await page.getByText('what its node is appears here').waitFor();
    await page.getByRole('button', { name: 'Use the demo node' }).click();
    await reach(page, 'ready');
    await toNode(page);
    await page.getByTestId('node-facts').waitFor();
    await page.getByRole('button', { name: 'Disconnect' }).click();
    await reach(page, 'closed');
    await page.getByTestId('node-facts').waitFor();
    expect(await page.getByRole('button', { name: 'Measure now' }).count()).toBe(0);
  });

  test('a node that answers no getaddr: after two minutes it says so, and why that may be', async () => {
    const silent = await listenAsNode();
    silent.serve = (socket) => respond(socket);
    const bridge = await startProduct(['--allow', silent.address]);
    opened = await openPage(browser, bridge.url);
    const { page } = opened;
    await page.clock.install();
    await connect(page, silent.address);
    await toNode(page);
    await page.getByRole('button', { name: 'Ask for addresses' }).click();
    await page.getByText('it may take up to two minutes').waitFor();
    await page.clock.fastForward('02:05');
    await page.getByText('The likely reason: it knows of no node').waitFor();
    silent.hangUp();
    silent.close();
    await bridge.stop();
  });

  test('a recording of ciphertext says that nobody can read it, and how much crossed', async () => {
    opened = await openPage(browser, product.url, { acceptDownloads: true });
    const { page } = opened;
    await page.getByRole('link', { name: 'Recordings', exact: true }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('radio', { name: /^Ciphertext/ }).check();
    await page.getByRole('button', { name: 'Save the file' }).click();
    await page.getByLabel('Open a recording').setInputFiles(await (await download).path());
    await toNode(page);
    await page.getByText('This recording holds ciphertext alone').waitFor();
    await page.getByText('Bytes over time.').waitFor();
    expect(await page.getByTestId('node-facts').count()).toBe(0);
    expect(opened.complaints).toEqual([]);
  });
});
