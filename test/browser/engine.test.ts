/** Which engine the page computes with: the fastest, the one that its address names, or what runs under its policy. */
import { expect, onTestFinished, test } from 'vitest';
import type { Page } from 'playwright-core';
import { loadEngine } from '../../shared/engine/index.js';
import { describeWithChromium } from '../setup/tools.js';
import { bench, openPage, reach } from './harness.js';
import { policyProxy } from './policy-proxy.js';

describeWithChromium('the engine of the page', (chromium) => {
  const set = bench(chromium);
  const line = (page: Page) => page.getByTestId('engine').getByText(/^Engine: /);

  /** A live session with the demo node: every packet both ways went through the engine. */
  async function connectToDemo(page: Page): Promise<void> {
    await page.getByRole('button', { name: 'Use the demo node' }).click();
    await reach(page, 'ready');
  }

  test('is the one that the same build has in Node, and the bridge says which its demo node has', async () => {
    const { name } = await loadEngine();
    const page = await set.open('#/connect');
    await line(page).waitFor();
    expect(await page.getByTestId('engine').getAttribute('data-engine')).toBe(name);
    await connectToDemo(page);
    const info = (await (await fetch(`${set.product.url}/v1/info`)).json()) as { engine: string };
    expect(info.engine).toBe(name);
    expect(set.opened.complaints).toEqual([]);
    expect(set.opened.violations).toEqual([]);
  });

  test.each(['?engine=noble#/connect', '#/connect?engine=noble'])('%s makes it noble', async (address) => {
    const page = await set.open(address);
    await line(page).waitFor();
    expect(await line(page).innerText()).toBe('Engine: noble, as this page’s address asks');
    await connectToDemo(page);
    await page.getByTestId('connection').getByText('noble', { exact: true }).waitFor({ state: 'attached' });
    expect(set.opened.complaints).toEqual([]);
  });

  test('a name that nobody knows is repeated, and the page goes on; 360 px are wide enough', async () => {
    const page = await set.open(`?engine=${'junk'.repeat(30)}#/connect`, {
      viewport: { width: 360, height: 740 },
    });
    await line(page).waitFor();
    const { name } = await loadEngine();
    expect(await line(page).innerText()).toBe(`Engine: ${name}; there is none called “${'junk'.repeat(6)}”`);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    await line(page).scrollIntoViewIfNeeded();
    await set.opened.screenshot('engine-unknown-360');
    await connectToDemo(page);
  });

  test('under a policy that forbids WebAssembly it is noble, says so, and works', async () => {
    const proxy = await policyProxy(set.product.url, (policy) => policy.replace(" 'wasm-unsafe-eval'", ''));
    onTestFinished(() => proxy.close());
    const { page, close } = await openPage(set.browser, `${proxy.url}/#/connect`);
    onTestFinished(close);
    // The document, and the worker's own script.
    await expect.poll(() => proxy.altered()).toBeGreaterThan(1);
    expect(await page.evaluate(compilesWasm)).toBe(false);
    await line(page).waitFor();
    expect(await line(page).innerText()).toBe('Engine: noble: WebAssembly does not run here');
    expect(await line(page).getAttribute('title')).toContain('wasm-unsafe-eval');
    await connectToDemo(page);
    // And under the product's own it would.
    await page.goto(`${set.product.url}/#/connect`);
    expect(await page.evaluate(compilesWasm)).toBe(true);
  });
});

/** Whether the page may compile the smallest module that there is. */
const compilesWasm = (): Promise<boolean> =>
  WebAssembly.compile(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)).then(
    () => true,
    () => false,
  );
