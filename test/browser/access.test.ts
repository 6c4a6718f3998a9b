/** The page for everybody: axe's rules in both themes, a narrow screen, and the keyboard alone. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startProduct, type Product } from '../setup/product.js';
import { describeWithChromium } from '../setup/tools.js';
import { sidewaysScroll, violations } from './axe.js';
import { launchBrowser, openPage, type OpenPage } from './harness.js';

const focused = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.id);

describeWithChromium('the page is for everybody', (chromium) => {
  let product: Product;
  let browser: Browser;
  let opened: OpenPage;
  beforeAll(async () => {
    [product, browser] = await Promise.all([startProduct(), launchBrowser(chromium)]);
  });
  afterEach(async () => {
    await opened?.close();
  });
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });

  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 360],
    ['dark', 360],
  ] as const)(
    '%s, %i px wide: no violation and no sideways scroll on any screen',
    async (colorScheme, width) => {
      // axe is a script of the test's, not of the page's: it alone needs the policy bypassed.
      opened = await openPage(browser, product.url, {
        colorScheme,
        viewport: { width, height: 740 },
        bypassCSP: true,
      });
      const { page } = opened;
      await page.getByRole('button', { name: 'Connect', exact: true }).waitFor();
      const check = async () => {
        expect(await violations(page)).toEqual([]);
        expect(await sidewaysScroll(page)).toBe(0);
      };
      await page.getByText('Nodes that misbehave').click();
      await check();
      await page.getByLabel('Node address', { exact: true }).fill('demo');
      await page.getByRole('button', { name: 'Connect', exact: true }).click();
      await page.locator('[data-testid=connection][data-state=ready]').waitFor({ state: 'attached' });
      await page.getByRole('heading', { name: 'The handshake' }).waitFor();
      await check();
      await opened.screenshot(`handshake-${colorScheme}-${width}`);
      await page.goto(`${product.url}/#/stream`);
      await page.getByRole('option', { name: /received verack/ }).click();
      await page.keyboard.press('3');
      await page.getByText('How it was opened').waitFor();
      await check();
      await page.goto(`${product.url}/#/messages`);
      await page.getByRole('option', { name: /received verack/ }).waitFor();
      await check();
      await opened.screenshot(`messages-${colorScheme}-${width}`);
    },
  );

  test('by keyboard alone: connect, walk the bytes of a step, reveal a secret, disconnect', async () => {
    opened = await openPage(browser, product.url);
    const { page } = opened;
    const address = page.getByLabel('Node address', { exact: true });
    await address.focus();
    await page.keyboard.type('demo');
    await page.keyboard.press('Enter');
    await page.locator('[data-testid=connection][data-state=ready]').waitFor({ state: 'attached' });

    const reveal = page.getByRole('button', { name: /^Reveal/ }).first();
    await reveal.waitFor();
    await reveal.focus();
    const before = await page.getByRole('main').innerText();
    await page.keyboard.press('Enter');
    const hide = page.getByRole('button', { name: /^Hide/ });
    await hide.waitFor();
    expect(await focused(page)).toBe(await hide.getAttribute('aria-label'));
    expect(await page.getByRole('listitem').filter({ has: hide }).last().innerText()).toMatch(
      /\b[0-9a-f]{64}\b/,
    );
    expect(await page.getByRole('main').innerText()).not.toBe(before);

    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await page.keyboard.press('g');
    await page.keyboard.press('m');
    await page.getByRole('heading', { name: 'Messages' }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    expect(new URL(page.url()).hash).toBe('#/messages');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });

    await page.getByRole('button', { name: 'Disconnect', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.locator('[data-testid=connection][data-state=closed]').waitFor({ state: 'attached' });
    expect(await focused(page)).toBe('main');
  });
});
