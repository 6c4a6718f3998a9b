/** The lab, as somebody uses it: by keyboard alone, by link, on a narrow screen. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startProduct, type Product } from '../setup/product.js';
import { describeWithChromium } from '../setup/tools.js';
import { inBothLooks, sidewaysScroll, violations } from './axe.js';
import { launchBrowser, openPage, type OpenPage } from './harness.js';

const verdict = (page: Page) => page.locator('section[data-code]');
const code = (page: Page) => verdict(page).getAttribute('data-code');
const focusedName = (page: Page): Promise<string> =>
  page.evaluate(
    () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '',
  );

/** Presses Tab until what has the focus is called so. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  const seen: string[] = [];
  while (seen.length < 60) {
    await page.keyboard.press('Tab');
    const here = await focusedName(page);
    if (name.test(here)) return;
    seen.push(here);
  }
  throw new Error(`Tab never came to ${name}: ${seen.join(' | ')}`);
}

const TRIES = [
  ['key', 'timed-out-handshaking'],
  ['garbage', 'packet-authentication-failed'],
  ['terminator', 'timed-out-handshaking'],
  ['length, shorter', 'packet-authentication-failed'],
  ['length, longer', 'timed-out-negotiating'],
  ['length, too large', 'packet-too-large'],
  ['header', 'packet-authentication-failed'],
  ['contents', 'packet-authentication-failed'],
  ['tag', 'packet-authentication-failed'],
] as const;

describeWithChromium('the lab', (chromium) => {
  let browser: Browser;
  let product: Product;
  let opened: OpenPage;
  beforeAll(async () => {
    [product, browser] = await Promise.all([startProduct(), launchBrowser(chromium)]);
  });
  afterEach(async () => {
    const { complaints, violations: refused } = opened;
    await opened.close();
    expect({ complaints, refused }).toEqual({ complaints: [], refused: [] });
  });
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });

  const open = async (hash: string, options: BrowserContextOptions = {}): Promise<Page> => {
    opened = await openPage(browser, `${product.url}/${hash}`, options);
    return opened.page;
  };

  describe('by keyboard alone, from the landing page', () => {
    test('to the tag failure, by a shortcut, and back to the byte', async () => {
      const page = await open('');
      await page.getByRole('button', { name: 'Connect', exact: true }).waitFor();
      await page.keyboard.press('g');
      await page.keyboard.press('l');
      await page.getByRole('heading', { name: 'The lab' }).waitFor();
      await tabTo(page, /^Atag$|^tag$/);
      await page.keyboard.press('Enter');
      await expect.poll(() => focusedName(page)).toMatch(/Bob’s check fails: the tag of packet 1, version/);
      expect(await code(page)).toBe('packet-authentication-failed');
      expect(await verdict(page).innerText()).toMatch(/packet 1[\s\S]*packet decryption failure/i);
      await page.keyboard.press('Escape');
      expect(await focusedName(page)).toMatch(/^byte \d+: [0-9a-f]{2}, broken$/);
    });

    test('to any byte: field, byte, bit, flip', async () => {
      const page = await open('');
      await page.getByRole('button', { name: 'Connect', exact: true }).waitFor();
      await page.keyboard.press('g');
      await page.keyboard.press('l');
      await page.getByRole('heading', { name: 'The lab' }).waitFor();
      await tabTo(page, /^K, key, 64 bytes/);
      // Down to Bob’s first delivery, and on to his terminator and the parts of his version packet.
      await page.keyboard.press('ArrowDown');
      for (let press = 0; press < 5; press++) await page.keyboard.press('ArrowRight');
      expect(await focusedName(page)).toBe('A, authentication tag of version packet, 16 bytes');
      await tabTo(page, /^byte 101: /);
      await page.keyboard.press('End');
      expect(await focusedName(page)).toMatch(/^byte 116: /);
      await page.keyboard.press('ArrowLeft');
      // The highest bit too.
      await tabTo(page, /^bit 7/);
      await page.keyboard.press('Enter');
      await tabTo(page, /^Flip it/);
      await page.keyboard.press('Enter');
      await expect.poll(() => focusedName(page)).toMatch(/^Alice’s check fails: the tag of packet 0/);
      expect(new URL(page.url()).hash).toBe('#/lab/break/bob/115?mask=81');
    });

    test('Enter on a byte flips it, and arrows go up and down its rows', async () => {
      const page = await open('#/lab');
      await page.getByRole('heading', { name: 'The session' }).waitFor();
      await tabTo(page, /^byte 0: /);
      await page.keyboard.press('ArrowDown');
      expect(await focusedName(page)).toMatch(/^byte 16: /);
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('ArrowUp');
      expect(await focusedName(page)).toMatch(/^byte 0: /);
      await page.keyboard.press('Enter');
      await expect.poll(() => code(page)).toBe('timed-out-handshaking');
      expect(new URL(page.url()).hash).toBe('#/lab/break/alice/0');
    });

    test('through the steps of Mallory', async () => {
      const page = await open('#/lab/mallory');
      await page.getByRole('heading', { name: 'Alice opens a connection' }).waitFor();
      await tabTo(page, /^Next step/);
      for (let step = 2; step <= 10; step++) {
        await page.keyboard.press(step % 2 === 0 ? 'Enter' : ']');
        await page.getByText(`step ${step} of 10`).waitFor();
        // Even at the last one.
        expect(await focusedName(page)).toBe('Next step');
      }
      await page.getByRole('heading', { name: 'Only the session ids give her away' }).waitFor();
      await page.keyboard.press('[');
      await page.getByText('step 9 of 10').waitFor();
    });
  });

  test('each shortcut gives its code, as predicted', async () => {
    const page = await open('#/lab');
    const shortcuts = page.getByRole('list', { name: 'Try these' });
    await shortcuts.waitFor();
    expect(await shortcuts.getByRole('link').allInnerTexts()).toEqual(
      TRIES.map(([name]) => expect.stringMatching(new RegExp(`${name}$`))),
    );
    for (const [name, wanted] of TRIES) {
      await shortcuts.getByRole('link', { name, exact: true }).click();
      const hash = await shortcuts.getByRole('link', { name, exact: true }).getAttribute('href');
      await expect.poll(() => new URL(page.url()).hash).toBe(hash);
      await expect.poll(() => code(page), { message: name }).toBe(wanted);
      expect(await verdict(page).getAttribute('data-agrees')).toBe('true');
    }
  });

  test('a link opens on its broken byte, and shows it in the ribbon, the field and the verdict', async () => {
    const page = await open('#/lab/break/alice/124?mask=80');
    await verdict(page).waitFor();
    expect(await code(page)).toBe('timed-out-negotiating');
    expect(await page.getByRole('option', { name: /, broken$/ }).allTextContents()).toHaveLength(2);
    expect(await verdict(page).innerText()).toMatch(/Byte 124 .* length of version/);
    // What became of it is what is seen, and where reading begins.
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('lab-verdict');
  });

  test.each([
    ['#/lab/break/alice/315', 'no-such-byte'],
    ['#/lab/break/bob/-1', 'no-such-byte'],
    ['#/lab/break/bob', 'no-such-byte'],
    ['#/lab/break/alice/1e9', 'no-such-byte'],
    ['#/lab/break/alice/3?mask=100', 'no-such-mask'],
    ['#/lab/break/alice/3?mask=00', 'no-such-mask'],
    ['#/lab/break/carol/3', 'no-such-place'],
    ['#/lab/tunnel', 'no-such-place'],
    ['#/lab/middle', 'no-such-place'],
  ])('%s leads nowhere, and says so: %s', async (hash, problem) => {
    const page = await open(hash);
    const said = await page.locator(`[data-problem=${problem}]`).innerText();
    // Whoever meant the other experiment is told where that is.
    expect(said.includes('/lab/mallory')).toBe(problem === 'no-such-place');
    expect(await verdict(page).count()).toBe(0);
    await page.getByRole('button', { name: 'Flip it' }).click();
    await expect.poll(() => code(page)).toBe('timed-out-handshaking');
  });

  test('Mallory reads what both say; the session ids differ, and are others with new keys', async () => {
    const page = await open('#/lab/mallory/3');
    const column = (name: string) => page.getByRole('region', { name, exact: true });
    for (const name of ['Alice', 'Mallory', 'Bob'])
      expect(await column(name).innerText()).toContain('/Alice:1.0/');
    await page.getByRole('button', { name: 'Compare' }).click();
    const idsOf = async (name: string) =>
      (await column(name).getByRole('definition').allInnerTexts()).map((text) => text.replace(/\s/g, ''));
    const [alice, bob] = [(await idsOf('Alice'))[0]!, (await idsOf('Bob'))[0]!];
    expect(alice).toMatch(/^[0-9a-f]{64}$/);
    expect(alice).not.toBe(bob);
    expect(await idsOf('Mallory')).toEqual([alice, bob]);
    await page.getByRole('heading', { name: /^\d\d of 32 bytes differ$/ }).waitFor();
    expect(await page.getByRole('link', { name: 'Identity screen' }).getAttribute('href')).toBe('#/identity');
    await page.getByRole('button', { name: 'Run again with new keys' }).click();
    await expect.poll(async () => (await idsOf('Alice'))[0]).not.toBe(alice);
  });

  test('asks the network for nothing', async () => {
    const page = await open('#/lab');
    await page.getByRole('heading', { name: 'The session' }).waitFor();
    // What every first screen asks for, the engine and the recorded session, has come.
    await page.waitForLoadState('networkidle');
    const before = opened.requests.length;
    await page.getByRole('link', { name: 'tag', exact: true }).click();
    await expect.poll(() => code(page)).toBe('packet-authentication-failed');
    await page.getByRole('link', { name: 'Mallory in the middle' }).click();
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.getByRole('heading', { name: /bytes differ$/ }).waitFor();
    // The browser itself may look for the page's icon again when the address changes.
    expect(opened.requests.slice(before).filter((url) => !url.endsWith('/icon.svg'))).toEqual([]);
  });

  test('for everybody: no violation and no sideways scroll, in both looks', async () => {
    const page = await open('#/lab', { bypassCSP: true });
    await inBothLooks(page, async (look) => {
      for (const [name, hash] of [
        ['start', '#/lab'],
        ['tag', '#/lab/break/alice/240'],
        ['wait', '#/lab/break/bob/70?mask=c0'],
        ['nowhere', '#/lab/break/alice/9999'],
        ['mallory-1', '#/lab/mallory/1'],
        ['mallory-8', '#/lab/mallory/8'],
        ['mallory-10', '#/lab/mallory/10'],
      ] as const) {
        await page.goto(`${product.url}/${hash}`);
        await page.getByRole('heading', { level: 2 }).first().waitFor();
        expect(await violations(page), `${name} ${look}`).toEqual([]);
        expect(await sidewaysScroll(page), `${name} ${look}`).toBe(0);
        await opened.screenshot(`lab-${name}-${look}`);
      }
    });
  });
});
