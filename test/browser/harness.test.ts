import fs from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProduct, type Product } from '../setup/product.js';
import { describeWithChromium } from '../setup/tools.js';
import { launchBrowser, openPage } from './harness.js';

describeWithChromium('the page in a real browser', (chromium) => {
  let product: Product;
  let browser: Browser;
  beforeAll(async () => {
    [product, browser] = await Promise.all([startProduct(), launchBrowser(chromium)]);
  });
  afterAll(async () => {
    await browser?.close();
    expect(await product?.stop()).toBe(0);
  });

  test('loads without a complaint, a refused resource or a foreign request', async () => {
    const opened = await openPage(browser, product.url);
    await opened.page.getByRole('button', { name: 'Connect', exact: true }).waitFor();
    expect(opened.complaints).toEqual([]);
    expect(opened.violations).toEqual([]);
    expect(opened.requests).toContain(`${product.url}/`);
    expect(opened.foreignRequests()).toEqual([]);
    expect(fs.statSync(await opened.screenshot('first-look')).size).toBeGreaterThan(1000);
    await opened.close();
  });

  test('what a first connection needs next is there before it is asked for: a bridge may go', async () => {
    const own = await startProduct();
    const { page, requests, close } = await openPage(browser, `${own.url}/#/connect`, {
      withoutRecording: true,
      // It fetches everything by itself.
      serviceWorkers: 'block',
    });
    const loaded = (name: string) =>
      expect.poll(() => requests.some((url) => url.includes(`/assets/${name}-`))).toBe(true);
    await loaded('Handshake');
    await page.getByRole('button', { name: 'Use the demo node' }).click();
    await page.locator('[data-testid=connection][data-state=ready]').waitFor({ state: 'attached' });
    await page.getByRole('heading', { name: 'The handshake' }).waitFor();
    await loaded('save');
    await close();
    await own.stop();
  });

  test('and the watch kept over it sees each of these', async () => {
    const opened = await openPage(browser, product.url);
    await opened.page.evaluate(async () => {
      console.error('a complaint');
      const style = document.createElement('style');
      style.textContent = 'body { color: red }';
      document.head.append(style);
      await fetch('http://third-party.example/').catch(() => undefined);
      const socket = new WebSocket('ws://third-party.example/');
      await new Promise((resolve) => socket.addEventListener('error', resolve));
    });
    expect(opened.complaints).toContain('a complaint');
    expect(opened.violations).toContain('style-src-elem inline');
    expect(opened.foreignRequests()).toContain('ws://third-party.example/');
    await opened.close();
  });
});
