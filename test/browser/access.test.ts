/** The page for everybody: axe's rules in both themes, a narrow screen, and the keyboard alone. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startProduct, type Product } from '../setup/product.js';
import { describeWithChromium } from '../setup/tools.js';
import { extent, sidewaysScroll, violations } from './axe.js';
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

  test('on a phone header and session take a line each on every screen; menu and rest open by keyboard', async () => {
    opened = await openPage(browser, product.url, {
      viewport: { width: 360, height: 740 },
      reducedMotion: 'reduce',
      bypassCSP: true,
    });
    const { page } = opened;
    const lines = async (): Promise<number> =>
      (await extent(page, '#root > header')).height +
      // Where a screen is not about the session, it is away.
      ((await page.getByTestId('connection').boundingBox())?.height ?? 0);
    const menu = page.getByRole('button', { name: /^Menu, at / });
    const links = page.getByRole('navigation', { name: 'Screens' }).getByRole('link');
    const rest = page.getByRole('button', { name: 'All of this session' });
    const recorded = page.getByTestId('connection').getByText(/^Recorded · regtest · \d+ \w+ 20\d\d$/);

    await page.locator('[data-source=recorded][data-replay=closed]').waitFor({ state: 'attached' });
    await recorded.waitFor();
    expect(await lines()).toBeLessThanOrEqual(130);
    expect(await links.count()).toBe(0);
    await menu.focus();
    await page.keyboard.press('Enter');
    const names = await links.allInnerTexts();
    expect(names.length).toBeGreaterThanOrEqual(8);
    await page.getByLabel('Theme').waitFor();
    expect(await violations(page)).toEqual([]);
    await opened.screenshot('menu-light-360');
    await page.keyboard.press('Escape');
    await expect.poll(() => links.count()).toBe(0);
    expect(await menu.evaluate((button) => button === document.activeElement)).toBe(true);

    for (let at = 0; at < names.length; at++) {
      await menu.focus();
      await page.keyboard.press('Enter');
      // The list, link after link, is what comes next.
      for (let tabs = 0; tabs <= at; tabs++) await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      const name = `Menu, at ${names[at]!.split('\n')[0]}`;
      await page.getByRole('button', { name, exact: true }).waitFor();
      await expect.poll(() => links.count()).toBe(0);
      await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor();
      expect(await lines()).toBeLessThanOrEqual(130);
      expect(await sidewaysScroll(page)).toBe(0);
    }

    for (const key of ['g', 'i']) await page.keyboard.press(key);
    await page.getByRole('button', { name: 'Replay with its timing' }).click();
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByRole('button', { name: 'Go on' }).waitFor();
    expect(await lines()).toBeLessThanOrEqual(130);
    expect(await page.getByLabel('Speed').isVisible()).toBe(false);
    await rest.click();
    // From the pause: at a speed it might end before the button is reached.
    await page.getByLabel('Speed').waitFor();
    await page.getByRole('button', { name: 'To the end' }).click();
    await page.locator('[data-source=recorded][data-replay=closed]').waitFor({ state: 'attached' });
    await page.getByRole('button', { name: 'Replay with its timing' }).click();
    await page.getByLabel('Speed').selectOption('64');
    await page.locator('[data-source=recorded][data-replay=closed]').waitFor({ state: 'attached' });
    await rest.click();

    await page.goto(`${product.url}/#/connect`);
    await page.getByRole('button', { name: 'Use the demo node' }).click();
    await page.locator('[data-testid=connection][data-state=ready]').waitFor({ state: 'attached' });
    expect(await lines()).toBeLessThanOrEqual(130);
    const bar = page.getByTestId('connection');
    expect((await bar.innerText()).split(/\s+/)).toEqual(['Ready', 'demo', 'Disconnect']);
    await rest.focus();
    await page.keyboard.press('Enter');
    expect(await rest.getAttribute('aria-expanded')).toBe('true');
    expect(await page.getByTestId('session-id').innerText()).toMatch(/^[0-9a-f]{64}$/);
    await page.getByRole('button', { name: 'Copy id' }).waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await sidewaysScroll(page)).toBe(0);
    await opened.screenshot('session-open-light-360');
    await page.getByRole('button', { name: 'Disconnect', exact: true }).click();
    await page.locator('[data-testid=connection][data-state=closed]').waitFor({ state: 'attached' });
    expect(opened.complaints).toEqual([]);
  });

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
