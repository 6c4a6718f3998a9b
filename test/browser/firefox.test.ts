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
    console.log(await textOf(page, 'main'));
    await check('handshake');

    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await page.keyboard.press('g');
    await page.keyboard.press('m');
    await until(page, () => document.querySelector('#message-list [role=option]') !== null);
    await page.evaluate(() => document.getElementById('message-list')!.focus());
    await page.keyboard.press('Home');
    console.log(await textOf(page, 'main'));
    await check('messages');
    expect(opened.complaints).toEqual([]);
    expect(opened.foreign).toEqual([]);
    expect(firefox.elsewhere).toEqual([]);
  });
});
