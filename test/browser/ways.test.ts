/** Ways through the page: links open at what they name, going back finds the place, c copies, forced colours mark. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startProduct, type Product } from '../setup/product.js';
import { describeWithChromium } from '../setup/tools.js';
import { launchBrowser, openPage, type OpenPage } from './harness.js';

const scrolled = (page: Page) => page.evaluate(() => scrollY);
const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? '');

describeWithChromium('ways through the page', (chromium) => {
  let product: Product;
  let browser: Browser;
  let opened: OpenPage;
  beforeAll(async () => {
    [product, browser] = await Promise.all([startProduct(), launchBrowser(chromium)]);
  });
  afterEach(async () => {
    const { complaints, violations } = opened;
    await opened.close();
    expect({ complaints, violations }).toEqual({ complaints: [], violations: [] });
  });
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });
  const open = async (route: string, options: BrowserContextOptions = {}): Promise<Page> => {
    opened = await openPage(browser, `${product.url}/#${route}`, options);
    return opened.page;
  };

  test('a link to another section opens at its heading, and Back at what was read', async () => {
    const page = await open('/reference/glossary');
    await page.getByRole('heading', { name: 'Glossary' }).waitFor();
    await page.evaluate(() => scrollTo(0, 1500));
    await expect.poll(() => scrolled(page)).toBe(1500);
    await page
      .getByRole('navigation', { name: 'Reference' })
      .getByRole('link', { name: 'Limits' })
      .evaluate((link: HTMLElement) => link.click());
    await expect.poll(() => focused(page)).toBe('Limits');
    await expect.poll(() => scrolled(page)).toBe(0);
    await page.goBack();
    await expect.poll(() => scrolled(page)).toBe(1500);
    await page.goForward();
    await expect.poll(() => scrolled(page)).toBe(0);
  });

  test('back on another screen, too', async () => {
    const page = await open('/handshake/hkdf');
    await expect.poll(() => focused(page)).toBe('The keys of the session');
    await page.evaluate(() => scrollTo(0, 600));
    await expect.poll(() => scrolled(page)).toBe(600);
    await page
      .getByRole('link', { name: 'HKDF' })
      .first()
      .evaluate((link: HTMLElement) => link.click());
    await expect.poll(() => focused(page)).toMatch(/^HKDF/);
    await page.goBack();
    await expect.poll(() => scrolled(page)).toBe(600);
  });

  test.each([1280, 360])('a link to a broken byte shows the verdict, %i px wide', async (width) => {
    const page = await open('/lab/break/alice/40', { viewport: { width, height: 740 } });
    const verdict = page.locator('#lab-verdict');
    await expect.poll(() => verdict.evaluate((it) => it === document.activeElement)).toBe(true);
    const box = await verdict.boundingBox();
    expect(box!.y).toBeGreaterThanOrEqual(0);
    expect(box!.y).toBeLessThan(200);
  });

  test('on a narrow screen, too', async () => {
    const page = await open('/handshake/their-key/tag', { viewport: { width: 360, height: 740 } });
    const said = page.getByText(/has nothing named tag/);
    await expect.poll(async () => (await said.boundingBox())?.y ?? -1).toBeLessThan(200);
    expect((await said.boundingBox())!.y).toBeGreaterThan(0);
  });

  test.each([
    ['/handshake/their-key/tag', /has nothing named tag/, '#/handshake/their-key/'],
    ['/stream/received.packet-99999', /This session has no received\.packet-99999/, '#/stream'],
    ['/lab/break/nonsense', /leads to no experiment/, ''],
    ['/lab/break/alice/99999', /there is no such byte/, ''],
    ['/lab/mallory/99', /There is no step “99”/, ''],
    ['/reference/nonsense', /no section “nonsense”/, ''],
    ['/reference/glossary/nonsense', /no entry “nonsense”/, ''],
  ])('%s names nothing, and that is said', async (route, words, on) => {
    const page = await open(route);
    const said = page.getByText(words);
    await said.waitFor();
    const box = await said.boundingBox();
    expect(box!.y + box!.height).toBeLessThan(740);
    if (on) expect(await said.getByRole('link').first().getAttribute('href')).toContain(on);
  });

  test('what is over is read from its start, and is not paused', async () => {
    const page = await open('/stream');
    const list = page.locator('#stream-list');
    await list.getByRole('option').first().waitFor();
    expect(await list.evaluate((it) => it.scrollTop)).toBe(0);
    expect(await list.evaluate((it) => it.clientHeight % 36)).toBe(0);
    expect(await page.getByRole('button', { name: 'Pause' }).count()).toBe(0);
  });

  test('no row mixes what crossed with what it was', async () => {
    const page = await open('/stream/sent.packet-2', { viewport: { width: 1280, height: 800 } });
    await page.getByRole('group', { name: 'Three views' }).waitFor();
    await page.keyboard.press('3');
    await page.locator('#stream-list').focus();
    await page.keyboard.press('Escape');
    const row = page.locator('#stream-list [role=option]', { hasText: 'version' }).nth(2);
    expect(await row.innerText()).toMatch(/116\s+00\s+116 B/);
    await page.getByText('decrypted: length, header, contents; tag').waitFor();
  });

  test('c copies the bytes of the step, of the packet and of the message that is open', async () => {
    const page = await open('/handshake/our-key', { permissions: ['clipboard-read', 'clipboard-write'] });
    const copied = () => page.evaluate(() => navigator.clipboard.readText());
    await expect.poll(() => focused(page)).toBe('Our key');
    await page.keyboard.press('c');
    await page.getByRole('status').getByText('Copied').waitFor();
    expect(await copied()).toMatch(/^9db60c9b[0-9a-f]{120}$/);
    await page.evaluate(() => (location.hash = '/stream/sent.packet-1'));
    await page.getByRole('group', { name: 'Three views' }).waitFor();
    await page.getByRole('button', { name: 'Copy 20 bytes as hex' }).waitFor();
    await page.keyboard.press('c');
    await expect.poll(copied).toMatch(/^[0-9a-f]{40}$/);
    await page.evaluate(() => (location.hash = '/messages'));
    await page.locator('#message-list, [role=listbox]').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.getByRole('button', { name: /^Copy \d+ bytes as hex$/ }).waitFor();
    await page.keyboard.press('c');
    await expect.poll(copied).toMatch(/^[0-9a-f]{100,}$/);
    await page.keyboard.press('?');
    await page.getByText('copies as hex the bytes of the open').waitFor();
    await page.keyboard.press('Escape');
    // On a chosen value or field it is that.
    await page.evaluate(() => (location.hash = '/handshake/hkdf/session-id'));
    await expect.poll(() => focused(page)).toBe('session id');
    await page.keyboard.press('c');
    await expect.poll(copied).toMatch(/^4948aeba[0-9a-f]{56}$/);
    await page.evaluate(() => (location.hash = '/handshake/our-key/u'));
    await page.locator('button[aria-pressed=true]', { hasText: 'u' }).first().waitFor();
    await page.keyboard.press('c');
    await expect.poll(copied).toMatch(/^[0-9a-f]{64}$/);
  });

  test('forced colours: what is chosen differs from what is not, and no link but the current is marked', async () => {
    const page = await open('/handshake/their-key', { forcedColors: 'active' });
    const frames = (selector: string) =>
      page.locator(selector).evaluateAll((all) =>
        all.map((it) => {
          const style = getComputedStyle(it);
          return `${style.outlineStyle} ${style.outlineWidth} ${style.borderBottomColor}`;
        }),
      );
    const differ = async (chosen: string, other: string) => {
      await page.locator(chosen).first().waitFor();
      const others = await frames(other);
      expect(others.length).toBeGreaterThan(0);
      for (const frame of await frames(chosen)) expect(others, chosen).not.toContain(frame);
      for (const frame of others) expect(frame).toMatch(/^none /);
    };
    await differ('[data-step-keys] a[aria-current]', '[data-step-keys] li:first-child a');
    await differ(
      'header nav a[aria-current], header a[aria-current]',
      'header a:not([aria-current])[href*="/stream"]',
    );
    const line = (selector: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((it) => {
          const { borderBottomColor, borderBottomWidth } = getComputedStyle(it);
          return borderBottomWidth === '0px' ? '' : borderBottomColor;
        });
    const paper = await page.evaluate(() => {
      document.body.style.color = 'Canvas';
      const { color } = getComputedStyle(document.body);
      document.body.style.color = '';
      return color;
    });
    expect(await line('header a[href="#/stream"]')).toBe(paper);
    expect(await line('header a[href="#/handshake"]')).not.toBe(paper);
    await page.evaluate(() => (location.hash = '/stream/sent.packet-2'));
    await differ('[aria-pressed=true]', '[aria-pressed=false]');
    await differ('#stream-list [aria-selected=true]', '#stream-list [aria-selected=false]');
    await page.evaluate(() => (location.hash = '/lab/mallory/2'));
    await differ('button[aria-current=step]', 'ol button:not([aria-current])');
    await page.evaluate(() => (location.hash = '/lab/break'));
    await differ('button[aria-pressed=true]', 'button[aria-pressed=false]');
    await page.evaluate(() => (location.hash = '/reference/limits'));
    await differ('main a[aria-current]', 'main nav a:not([aria-current])');
    await opened.screenshot('forced-colours');
  });

  test('the bar of the session is low, and away where its id would be taken for another’s', async () => {
    const page = await open('/handshake', { viewport: { width: 1280, height: 800 } });
    const bar = page.getByTestId('connection');
    await expect.poll(() => page.getByTestId('session-id').innerText()).toMatch(/[0-9a-f]{8}/);
    expect((await bar.boundingBox())!.height).toBeLessThanOrEqual(72);
    for (const place of ['/lab/mallory', '/reference', '/recordings']) {
      await page.evaluate((to) => (location.hash = to), place);
      await page.getByRole('heading', { level: 1, name: /lab|Reference|Recordings/ }).waitFor();
      expect(await page.getByTestId('session-id').isVisible()).toBe(false);
    }
  });
});
