/** A lesson in what goes wrong: a person chooses a node that misbehaves, connects, and reads what became of it. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startProduct, type Product } from '../setup/product.js';
import { describeWithChromium } from '../setup/tools.js';
import { launchBrowser, openPage, type OpenPage } from './harness.js';

describeWithChromium('nodes that misbehave, for lessons', (chromium) => {
  let product: Product;
  let browser: Browser;
  let opened: OpenPage | undefined;
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

  const state = (name: string) =>
    opened!.page
      .locator(`[data-testid=connection][data-state=${name}]`)
      .waitFor({ state: 'attached', timeout: 30_000 });
  const ending = () => opened!.page.getByRole('region', { name: 'Why it ended' }).first().innerText();

  test('choosing one fills the form and connects nothing; Enter does, and the text says what happened', async () => {
    opened = await openPage(browser, product.url);
    const { page } = opened;
    await page.getByText('Nodes that misbehave').click();
    const choice = page.getByRole('button', { name: /altered-garbage\.demo/ });
    await choice.click();
    expect(await choice.getAttribute('aria-pressed')).toBe('true');
    const field = page.getByLabel('Node address', { exact: true });
    expect(await field.inputValue()).toBe('altered-garbage.demo');
    expect(await page.getByLabel('Network', { exact: true }).inputValue()).toBe('regtest');
    await state('idle');

    await page.keyboard.press('Enter');
    await state('failed');
    expect(await ending()).toMatch(/A packet did not authenticate[^]*the garbage before it[^]*alters bytes/);
  });

  test('a link may name one; and a name that the bridge does not know is refused with where they are listed', async () => {
    opened = await openPage(browser, `${product.url}/#/connect?node=nonsense.demo&network=main`);
    const { page } = opened;
    const field = page.getByLabel('Node address', { exact: true });
    await expect.poll(() => field.inputValue()).toBe('nonsense.demo');
    await field.press('Enter');
    await state('failed');
    expect(await ending()).toMatch(/The bridge refused[^]*“Nodes that misbehave”/);
  });
});
