/** The reference: every part has a link, says what the code says, and is legible for everybody. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { receiveStates, sendStates, shortMessageIds } from '../../shared/bip324/index.js';
import { messageRegistry } from '../../shared/messages/index.js';
import { glossary } from '../../web/screens/reference/glossary.js';
import { startProduct, type Product } from '../setup/product.js';
import { describeWithChromium } from '../setup/tools.js';
import { inBothLooks, sidewaysScroll, violations } from './axe.js';
import { launchBrowser, openPage, type OpenPage } from './harness.js';

const focusedId = (page: Page) => page.evaluate(() => document.activeElement?.id);
const filter = (page: Page) => page.getByLabel('Filter');
const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true });

/** Whether an element is in the window, and nothing lies over where it begins. */
const seen = (page: Page, id: string) =>
  page.evaluate((which) => {
    const element = document.getElementById(which)!;
    const { top, bottom, left } = element.getBoundingClientRect();
    return bottom <= innerHeight && element.contains(document.elementFromPoint(left + 20, top + 12));
  }, id);

describeWithChromium('the reference', (chromium) => {
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
  const open = async (route: string, options = {}): Promise<Page> => {
    opened = await openPage(browser, `${product.url}/#${route}`, options);
    return opened.page;
  };
  const nothingWrong = () => {
    expect(opened.complaints).toEqual([]);
    expect(opened.violations).toEqual([]);
    expect(opened.foreignRequests()).toEqual([]);
  };

  test('each part in both looks: no violation, no sideways scroll, nothing from elsewhere', async () => {
    const page = await open('/reference', { bypassCSP: true });
    await heading(page, 'Reference').waitFor();
    const look = (name: string) =>
      inBothLooks(page, async (how) => {
        expect(await violations(page)).toEqual([]);
        expect(await sidewaysScroll(page)).toBe(0);
        await opened.screenshot(`reference-${name}-${how}`);
      });
    await look('overview');
    for (const [link, title] of [
      ['Message types', 'Message types'],
      ['States', 'States'],
      ['Limits', 'Limits'],
      ['Glossary', 'Glossary'],
      ['From v1 to v2', 'From v1 by BIP151 to v2'],
    ] as const) {
      await page.getByRole('main').getByRole('link', { name: link, exact: true }).click();
      await heading(page, title).waitFor();
      await look(link.replaceAll(' ', '-').toLowerCase());
    }
    expect(opened.complaints).toEqual([]);
    expect(opened.foreignRequests()).toEqual([]);
  });

  test('shows every message type of the registry, and each short id once', async () => {
    const page = await open('/reference/messages');
    await heading(page, 'Message types').waitFor();
    const rows = await page.getByRole('row').evaluateAll((elements) =>
      elements.map((row) => ({
        type: row.querySelector('th code')?.textContent,
        id: row.querySelector('td')?.textContent,
        says: row.textContent,
      })),
    );
    const shown = rows.filter(({ type }) => type);
    expect(shown.map(({ type }) => type).sort()).toEqual([...messageRegistry.keys()].sort());
    expect(
      Object.fromEntries(shown.filter(({ id }) => /\d/.test(id!)).map(({ type, id }) => [type, Number(id)])),
    ).toEqual(shortMessageIds);
    for (const { type, says } of shown) {
      const { purpose, bip } = messageRegistry.get(type!)!;
      expect(says).toContain(purpose);
      if (bip !== undefined) expect(says).toContain(`BIP${bip}`);
    }
    nothingWrong();
  });

  test('shows every state with what it holds and where it leads', async () => {
    const page = await open('/reference/states');
    await heading(page, 'States').waitFor();
    for (const [title, states] of [
      ['Receiving', receiveStates],
      ['Sending', sendStates],
    ] as const) {
      const table = page.getByRole('table', { name: title });
      for (const { state, buffers, until, on } of Object.values(states)) {
        const row = table
          .getByRole('row')
          .filter({ has: page.getByRole('rowheader', { name: state, exact: true }) });
        const text = await row.innerText();
        expect(text).toContain(buffers);
        expect(text).toContain(until);
        expect(await row.getByRole('listitem').count()).toBe(Object.keys(on).length);
        for (const next of Object.values(on)) expect(text).toContain(next);
      }
    }
    nothingWrong();
  });

  test('a link to an entry brings it into sight and gives it the focus', async () => {
    const page = await open('/reference/glossary/x-only');
    await expect.poll(() => focusedId(page)).toBe('entry-x-only');
    expect(await seen(page, 'entry-x-only')).toBe(true);
    expect(await page.locator('#entry-x-only').innerText()).toContain(glossary['x-only'].says);
    // From entry to entry, and back.
    await page.locator('#entry-x-only').getByRole('link', { name: 'ECDH' }).click();
    await expect.poll(() => focusedId(page)).toBe('entry-ecdh');
    expect(await seen(page, 'entry-ecdh')).toBe(true);
    await page.goBack();
    await expect.poll(() => focusedId(page)).toBe('entry-x-only');

    for (const [route, id] of [
      ['messages/ping', 'entry-ping'],
      ['message/sendtxrcncl', 'entry-sendtxrcncl'],
      ['states/receive-garbage', 'entry-receive-garbage'],
      ['limits/rekey', 'entry-rekey'],
      ['road/attacker', 'entry-attacker'],
    ] as const) {
      await page.goto(`${product.url}/#/reference/${route}`);
      await expect.poll(() => focusedId(page)).toBe(id);
      expect(await seen(page, id)).toBe(true);
    }
    nothingWrong();
  });

  test('a term on another screen leads to its entry', async () => {
    const page = await open('/connect');
    await page.getByRole('main').getByRole('link', { name: 'bridge', exact: true }).click();
    await expect.poll(() => focusedId(page)).toBe('entry-bridge');
    expect(await seen(page, 'entry-bridge')).toBe(true);
    nothingWrong();
  });

  test('a link to what is not there says so, and takes the name as text', async () => {
    const page = await open(`/reference/glossary/${encodeURIComponent('<img src=x>')}`);
    await page.getByText('There is no entry “<img src=x>” here.').waitFor();
    expect(await page.getByRole('main').locator('img').count()).toBe(0);
    await page.goto(`${product.url}/#/reference/messages/__proto__`);
    await page.getByText('There is no entry “__proto__” here.').waitFor();
    await page.goto(`${product.url}/#/reference/glossary/%E0%A4%A`);
    await page.getByText('There is no entry “%E0%A4%A” here.').waitFor();
    await page.goto(`${product.url}/#/reference/elsewhere`);
    await page.getByRole('main').getByRole('link', { name: 'Limits' }).waitFor();
    nothingWrong();
  });

  test('by keyboard: g r, / to the filter, Escape clears it and leaves it', async () => {
    const page = await open('/connect');
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('r');
    await heading(page, 'Reference').waitFor();
    await page.getByRole('main').getByRole('link', { name: 'Message types' }).focus();
    await page.keyboard.press('Enter');
    await heading(page, 'Message types').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('18');
    const types = () => page.getByRole('rowheader').allInnerTexts();
    expect(await types()).toEqual(['ping']);
    await page.getByText(`1 of ${messageRegistry.size}`).waitFor();
    await filter(page).fill('BIP183 proof');
    expect(await types()).toEqual(['uproof', 'getuproof', 'utreexotx']);
    await filter(page).fill('no longer');
    expect((await types()).sort()).toEqual(['alert', 'reject']);
    await filter(page).fill('nothing of the kind');
    await page.getByText(`0 of ${messageRegistry.size}`).waitFor();
    await page.keyboard.press('Escape');
    expect((await types()).length).toBe(messageRegistry.size);
    await page.keyboard.press('Escape');
    expect(await focusedId(page)).not.toBe('filter-text');

    await page.goto(`${product.url}/#/reference/glossary`);
    await heading(page, 'Glossary').waitFor();
    await filter(page).fill('mitm');
    await expect
      .poll(() => page.getByRole('main').getByRole('term').allInnerTexts())
      .toEqual(['man in the middle']);
    nothingWrong();
  });

  test('the first bytes of v2 on the road are those of the session on screen', async () => {
    const page = await open('/reference/road');
    await heading(page, 'From v1 by BIP151 to v2').waitFor();
    await page.getByText('those of the session on screen').waitFor();
    const text = await page.getByRole('figure').innerText();
    expect(text).toContain('f9 be b4 d9');
    expect(text).toContain('version·····');
    expect(text).toContain('encinit·····');
    const key = await page.evaluate(async () => {
      location.hash = '#/connect';
      await new Promise((later) => setTimeout(later, 300));
      return document.querySelector('main [role=listbox]')!.textContent;
    });
    const start = /([0-9a-f]{2} ){15}[0-9a-f]{2}(?!.* [0-9a-f]{2} )/s.exec(text)![0].replaceAll(' ', '');
    expect(key).toContain(start);
    nothingWrong();
  });
});
