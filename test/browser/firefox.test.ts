/** The main path in the other engine: a session with the demo node, its handshake, its messages. */
import type { Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startProduct, type Product } from '../setup/product.js';
import { describeWithFirefox } from '../setup/tools.js';
import { launchFirefox, openInFirefox, until, type Firefox } from './firefox.js';

const sidewaysScroll = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
const textOf = (page: Page, selector: string) =>
  page.evaluate((selector) => document.querySelector<HTMLElement>(selector)?.innerText ?? '', selector);
const shown = (page: Page, text: string) =>
  until(page, (text) => document.querySelector('main')!.innerText.includes(text), text);
const reach = (page: Page, state: string) =>
  until(
    page,
    (state) => document.querySelector(`[data-testid=connection][data-state=${state}]`) !== null,
    state,
  );

describeWithFirefox('in Firefox', (program) => {
  let product: Product;
  let firefox: Firefox;
  let opened: Awaited<ReturnType<typeof openInFirefox>> | undefined;
  beforeAll(async () => {
    [product, firefox] = await Promise.all([startProduct(), launchFirefox(program)]);
  });
  afterEach(async () => {
    await opened?.close();
    opened = undefined;
  });
  afterAll(async () => {
    await firefox?.close();
    await product?.stop();
  });

  test.each([
    ['a desktop', { width: 1280, height: 800 }],
    ['a phone', { width: 360, height: 740 }],
  ])('on %s, by keyboard: connect, read the handshake, open a message', async (_, size) => {
    opened = await openInFirefox(firefox, product.url, size);
    const { page } = opened;
    const check = async (screen: string) => {
      expect(await sidewaysScroll(page)).toBe(0);
      await opened!.screenshot(`firefox-${screen}-${size.width}`);
    };
    await shown(page, 'Use the demo node');
    await check('connect');
    await page.evaluate(() => document.getElementById('node-address')!.focus());
    await page.keyboard.type('demo');
    await page.keyboard.press('Enter');
    await reach(page, 'ready');
    await shown(page, 'The handshake');
    expect(await textOf(page, '[data-testid=session-id]')).toMatch(/^[0-9a-f]{64}$/);
    const steps = await textOf(page, 'main');
    for (const step of ['Our key', 'Their key', 'Our garbage', 'Their version packet', 'Encrypted at'])
      expect(steps).toContain(step);
    await check('handshake');

    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await page.keyboard.press('g');
    await page.keyboard.press('m');
    await until(page, () => document.querySelector('#message-list [role=option]') !== null);
    await page.evaluate(() => document.getElementById('message-list')!.focus());
    await page.keyboard.press('Home');
    // The first packet is our own version message; what it says stands beside the list or below it.
    await shown(page, 'Opens the conversation');
    await shown(page, '/Peerglass:');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('message-list');
    const received = await page.evaluate(() =>
      [...document.querySelectorAll('#message-list [role=option]')].map((row) => row.textContent),
    );
    expect(received).toContainEqual(expect.stringMatching(/received\s*verack/));
    await check('messages');
    await page.keyboard.press('Escape');
    await until(page, () => !document.querySelector('main')!.innerText.includes('Opens the conversation'));
    await page.keyboard.press('?');
    await until(page, () => document.querySelector('dialog[open]') !== null);
    await page.keyboard.press('Escape');
    await until(page, () => document.querySelector('dialog[open]') === null);
    expect(opened.complaints).toEqual([]);
    expect(opened.foreign).toEqual([]);
    // What a Firefox of another version might ask its maker went nowhere; the page asks nobody.
    expect(firefox.elsewhere.filter((line) => !/\b(mozilla|firefox)\b/.test(line))).toEqual([]);
  });

  test('after one load the page opens without the bridge', async () => {
    const mine = await startProduct();
    opened = await openInFirefox(firefox, mine.url, { width: 1280, height: 800 });
    const { page } = opened;
    await until(page, () => navigator.serviceWorker.controller?.state === 'activated');
    await mine.stop();
    await page.reload();
    await shown(page, 'No bridge answers at this address');
    await page.keyboard.press('g');
    await page.keyboard.press('m');
    await until(page, () => document.querySelector('main h1')?.textContent === 'Messages');
    expect(opened.foreign).toEqual([]);
  });
});
