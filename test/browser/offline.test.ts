/** Without a network: what has been open once opens again, whole, and nothing but the page itself is ever kept. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { freePorts } from '../setup/processes.js';
import { listening, root, startProduct, type Product } from '../setup/product.js';
import { describeWithChromium } from '../setup/tools.js';
import { inBothLooks, sidewaysScroll, violations, widen } from './axe.js';
import { ANOTHER_MACHINE, launchBrowser, openPage, type OpenPage } from './harness.js';
import { pageHost, type PageHost } from './page-host.js';

/** Resolves when the page could do without the server. */
const isKept = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller) return;
    await new Promise((taken) => navigator.serviceWorker.addEventListener('controllerchange', taken));
  });

const noBridge = (page: Page) => page.getByRole('heading', { name: 'No bridge answers at this address' });

describeWithChromium('offline', (chromium) => {
  let browser: Browser;
  let product: Product | undefined;
  let host: PageHost | undefined;
  let opened: OpenPage;
  const open = async (url: string, options = {}): Promise<Page> => {
    opened = await openPage(browser, url, options);
    return opened.page;
  };

  beforeAll(async () => {
    browser = await launchBrowser(chromium);
  });
  afterEach(async () => {
    await opened?.close();
    await Promise.all([product?.stop(), host?.close()]);
    [product, host] = [undefined, undefined];
  });
  afterAll(() => browser?.close());

  test('after one load every screen works with the bridge gone, and nothing goes elsewhere', async () => {
    product = await startProduct();
    const page = await open(product.url);
    await isKept(page);
    await product.stop();
    await page.reload();
    await noBridge(page).waitFor();
    expect(await page.getByRole('main').innerText()).toContain('npm ci && npm start');
    const links = page.getByRole('navigation', { name: 'Screens' }).getByRole('link');
    expect(await links.count()).toBeGreaterThan(2);
    for (const link of await links.all()) {
      await link.click();
      await link.and(page.locator('[aria-current=page]')).waitFor();
      await page.getByRole('main').getByRole('heading').first().waitFor();
      expect(await page.getByRole('main').innerText()).not.toContain('could not be shown');
    }
    // The worker was loaded too: it says by itself that there is no bridge.
    await page.getByRole('link', { name: 'Connect', exact: true }).click();
    await page.getByRole('button', { name: 'Use the demo node' }).click();
    await page.locator('[data-testid=connection][data-state=failed]').waitFor({ state: 'attached' });
    await page.locator('[data-failure=no-bridge]').waitFor();
    expect(await page.locator('[data-failure=no-bridge]').innerText()).not.toContain('could not be loaded');
    // And leads back to the lesson, which needs none.
    await page.getByRole('button', { name: 'Open the recording' }).click();
    await page.locator('[data-source=recorded][data-replay=closed]').waitFor({ state: 'attached' });
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
    await page.getByRole('region', { name: 'Steps' }).getByRole('link', { name: 'Our key' }).waitFor();
    expect(await page.locator('[data-failure]').count()).toBe(0);
    expect(opened.violations).toEqual([]);
    expect(opened.foreignRequests()).toEqual([]);
  });

  test('with the bridge gone, the whole lesson on the recording: each step, a secret, a packet, a message', async () => {
    product = await startProduct();
    const page = await open(product.url);
    await isKept(page);
    await product.stop();
    await page.reload();
    await page.locator('[data-source=recorded][data-replay=closed]').waitFor({ state: 'attached' });
    await page.evaluate(() => (location.hash = '#/handshake/our-key'));
    const steps = page.getByRole('region', { name: 'Steps' }).getByRole('link');
    await steps.first().waitFor();
    const total = await steps.count();
    expect(total).toBeGreaterThanOrEqual(12);
    for (let step = 2; step <= total; step++) {
      await page.keyboard.press(']');
      await expect.poll(() => page.getByLabel('Step', { exact: true }).inputValue()).toBe(String(step));
    }
    await page.getByRole('heading', { level: 2, name: 'Encrypted' }).waitFor();
    await page.evaluate(() => (location.hash = '#/handshake/ecdh'));
    await page.getByRole('heading', { level: 2, name: 'Diffie–Hellman' }).waitFor();
    await page.getByRole('button', { name: 'Reveal' }).first().click();
    await page.getByRole('button', { name: 'Hide' }).first().waitFor();
    await page.evaluate(() => (location.hash = '#/stream/received.packet-0'));
    await page
      .getByText(/received packet 0/)
      .first()
      .waitFor();
    await page.evaluate(() => (location.hash = '#/messages'));
    await page.getByRole('listbox', { name: 'Messages, in order' }).getByRole('option').first().click();
    await page.getByRole('region', { name: /^Message / }).waitFor();
    expect(opened.violations).toEqual([]);
    expect(opened.foreignRequests()).toEqual([]);
  });

  test('without a network the page asks for its bridge, and that it gets none is no error in the console', async () => {
    product = await startProduct();
    const page = await open(product.url);
    await isKept(page);
    await page.context().setOffline(true);
    await page.reload();
    await noBridge(page).waitFor();
    await page.locator('[data-source=recorded][data-replay=closed]').waitFor({ state: 'attached' });
    expect(opened.requests.filter((url) => url.endsWith('/v1/info')).length).toBeGreaterThanOrEqual(2);
    expect(opened.complaints).toEqual([]);
    await page.context().setOffline(false);
    await page.reload();
    await page.getByText('A small regtest node inside the bridge, at height').waitFor();
  });

  test('the bridge’s API is never kept nor answered from what is', async () => {
    product = await startProduct();
    const page = await open(product.url);
    await isKept(page);
    const ask = () => page.evaluate(() => fetch('/v1/info').then(({ status }) => status, String));
    expect(await ask()).toBe(200);
    const names = await page.evaluate(async () => {
      const caches = await Promise.all(
        (await globalThis.caches.keys()).map((name) => globalThis.caches.open(name)),
      );
      return (await Promise.all(caches.map((cache) => cache.keys())))
        .flat()
        .map(({ url }) => new URL(url).pathname);
    });
    expect(names).toEqual(expect.arrayContaining(['/', '/theme.js', '/icon.svg', '/manifest.webmanifest']));
    expect(names.filter((name) => !/^\/($|assets\/|recordings\/|[\w-]+\.[a-z]+$)/.test(name))).toEqual([]);
    await product.stop();
    expect(await ask()).toMatch(/TypeError/);
    await expect(page.goto(`${product.url}/v1/info`)).rejects.toThrow('ERR_CONNECTION_REFUSED');
  });

  test('a newer version: the open page goes on undisturbed, and says so', async () => {
    host = await pageHost('/');
    const page = await open(host.url, { bypassCSP: true });
    await isKept(page);
    const update = () =>
      page.evaluate(async () => {
        const registration = await navigator.serviceWorker.getRegistration();
        await registration!.update();
        const { installing } = registration!;
        if (!installing) return 'nothing new';
        return new Promise<string>((done) => {
          installing.addEventListener('statechange', () => {
            if (['activated', 'redundant'].includes(installing.state)) done(installing.state);
          });
        });
      });
    const notice = page.getByText('A new version is ready.');
    await page.evaluate(() => Object.assign(globalThis, { notReloaded: true }));
    expect(await update()).toBe('nothing new');

    // Half an upload is no version.
    host.publish('half');
    expect(await update()).toBe('redundant');
    expect(await notice.count()).toBe(0);

    const before = host.publish('next');
    expect(await update()).toBe('activated');
    await notice.waitFor();
    expect(await page.evaluate(() => 'notReloaded' in globalThis)).toBe(true);
    await inBothLooks(page, async (look) => {
      expect(await violations(page)).toEqual([]);
      expect(await sidewaysScroll(page)).toBe(0);
      await opened.screenshot(`update-${look}`);
    });
    await widen(page);
    // A part of the old version that no server has any more.
    await page.getByRole('link', { name: 'Messages' }).click();
    await page.getByRole('heading', { name: 'Messages' }).waitFor();
    await page.getByRole('button', { name: 'Later' }).click();
    expect(await notice.count()).toBe(0);

    await page.reload();
    await isKept(page);
    const entry = () =>
      page.evaluate(() => document.querySelector<HTMLScriptElement>('script[type=module]')!.src);
    expect(await entry()).not.toContain(before);
    expect(await notice.count()).toBe(0);
    await host.close();
    await page.reload();
    await page.getByRole('heading', { name: 'Messages' }).waitFor();
    expect(await entry()).not.toContain(before);
  });

  test('on a static host, under a path, without a bridge', async () => {
    host = await pageHost('/some/path/');
    const page = await open(host.url);
    await isKept(page);
    await noBridge(page).waitFor();
    await host.close();
    await page.reload();
    await noBridge(page).waitFor();
    await page.getByRole('link', { name: 'Messages' }).click();
    await page.getByRole('heading', { name: 'Messages' }).waitFor();
    expect(opened.foreignRequests()).toEqual([]);
  });

  test('behind a gateway that says that the server is gone', async () => {
    host = await pageHost('/');
    const page = await open(host.url);
    await isKept(page);
    host.fail();
    await page.reload();
    await noBridge(page).waitFor();
  });

  test('the page can be installed', async () => {
    product = await startProduct();
    const page = await open(product.url);
    const devtools = await page.context().newCDPSession(page);
    await isKept(page);
    const { errors, url } = await devtools.send('Page.getAppManifest');
    expect({ errors, url }).toEqual({ errors: [], url: `${product.url}/manifest.webmanifest` });
    const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
    // A test's context is a private one, which can install nothing; whatever else there is, is the page's.
    expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);
  });

  test('over plain HTTP from another machine what is missing is said, and sessions work', async () => {
    const [port] = await freePorts(1);
    const url = `http://${ANOTHER_MACHINE}:${port}`;
    const main = `${root}/dist/bridge/main.js`;
    product = await listening([main, '--port', String(port), '--public-url', url]);
    const page = await open(url, { bypassCSP: true });
    const note = page.getByRole('complementary', { name: 'Over plain HTTP' });
    await note.waitFor();
    await inBothLooks(page, async (look) => {
      expect(await violations(page)).toEqual([]);
      expect(await sidewaysScroll(page)).toBe(0);
      await opened.screenshot(`plain-http-${look}`);
    });
    await widen(page);
    await page.getByRole('button', { name: 'Use the demo node' }).click();
    await page.locator('[data-testid=connection][data-state=ready]').waitFor({ state: 'attached' });
    await page.getByRole('button', { name: 'Copy id' }).click();
    await page.getByText('the clipboard is not open to this page').waitFor();
    // And where nothing is missing, nothing is said.
    await page.goto(`http://127.0.0.1:${port}`);
    await page.getByRole('button', { name: 'Use the demo node' }).waitFor();
    expect(await note.count()).toBe(0);
  });
});
