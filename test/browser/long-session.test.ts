/** A session of 100,000 packets: it arrives, scrolls and is filtered without holding up the page. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Peer } from '../../shared/peer/index.js';
import { startProduct, type Product } from '../setup/product.js';
import { describeWithChromium } from '../setup/tools.js';
import { launchBrowser, openPage, type OpenPage } from './harness.js';
import { listenAsNode, respond, type OwnNode } from './own-node.js';

/** Each is answered. */
const PINGS = 50_000;
const LONG_TASK_MS = 50;

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly tdur?: number;
  readonly dur?: number;
  readonly args?: { readonly name?: string };
}

/** What the page's main thread did in a while, in ms: its longest task by processor time, and the browser's long tasks. */
interface Work {
  readonly tasks: number;
  readonly longest: number;
  readonly total: number;
  /** By the clock: on a busy machine others' work counts, too. */
  readonly longTasks: readonly number[];
}

async function workDuring(browser: Browser, page: Page, act: () => Promise<void>): Promise<Work> {
  await page.evaluate(() => {
    const seen: number[] = [];
    Object.assign(globalThis, { seen });
    new PerformanceObserver((entries) => {
      for (const { duration } of entries.getEntries()) seen.push(Math.round(duration));
    }).observe({ type: 'longtask' });
  });
  await browser.startTracing(page, { categories: ['toplevel', 'disabled-by-default-devtools.timeline'] });
  await act();
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const longTasks = await page.evaluate(() => (globalThis as unknown as { seen: number[] }).seen);
  const mains = new Set(
    trace.traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid}.${tid}`),
  );
  const tasks = trace.traceEvents
    .filter(({ name, pid, tid }) => name === 'RunTask' && mains.has(`${pid}.${tid}`))
    .map(({ tdur, dur }) => (tdur ?? dur ?? 0) / 1000);
  return {
    tasks: tasks.length,
    longest: Math.max(0, ...tasks),
    total: tasks.reduce((sum, ms) => sum + ms, 0),
    longTasks,
  };
}

describeWithChromium('a session of 100,000 packets', (chromium) => {
  let browser: Browser;
  let product: Product;
  let node: OwnNode;
  let opened: OpenPage;
  let peer: Peer;
  beforeAll(async () => {
    node = await listenAsNode();
    node.serve = (socket) => (peer = respond(socket, { garbage: 0 }));
    [product, browser] = await Promise.all([
      startProduct(['--allow', node.address]),
      launchBrowser(chromium),
    ]);
  });
  afterEach(async () => {
    await opened?.close();
    node.hangUp();
  });
  afterAll(async () => {
    node?.close();
    await browser?.close();
    await product?.stop();
  });

  const last = (page: Page) =>
    page.getByRole('listbox').getByRole('option').last().getAttribute('aria-posinset').then(Number);

  const look = async (page: Page): Promise<void> => {
    const list = page.getByRole('listbox');
    await list.focus();
    for (const key of ['Home', 'End', 'PageUp', 'PageUp', 'Home', 'PageDown', 'Escape'])
      await page.keyboard.press(key);
    // As a wheel that is spun: far and fast.
    for (let turn = 0; turn < 40; turn++) {
      await list.evaluate((element, at) => {
        element.scrollTop = (element.scrollHeight * at) / 40;
      }, turn);
      await page.evaluate(() => new Promise(requestAnimationFrame));
    }
  };

  test('arrives, scrolls and is filtered in Stream and in Messages, each task of the page below 50 ms', async () => {
    opened = await openPage(browser, product.url, { viewport: { width: 1280, height: 900 } });
    const { page } = opened;
    await page.getByLabel('Node address', { exact: true }).fill(node.address);
    await page.getByLabel('Network', { exact: true }).selectOption({ label: 'Regtest' });
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.locator('[data-testid=connection][data-state=ready]').waitFor({ state: 'attached' });
    await page.getByRole('navigation').getByRole('link', { name: 'Stream' }).click();
    await page.getByRole('listbox').waitFor();
    const report: Record<string, Work> = {};
    const measured = async (name: string, act: () => Promise<void>) => {
      report[name] = await workDuring(browser, page, act);
      console.log(name, report[name]);
    };

    await measured('arriving in Stream', async () => {
      for (let at = 0; at < PINGS; at++) {
        peer.sendRaw('ping', new Uint8Array(8).fill(at));
        if (at % 500 === 499) await new Promise((resolve) => setTimeout(resolve));
      }
      await expect.poll(() => last(page), { timeout: 120_000 }).toBeGreaterThan(2 * PINGS);
    });
    // Nothing was let go: the first packet is there, with its bytes.
    await measured('scrolling in Stream', () => look(page));
    await page.keyboard.press('Home');
    await page.getByText(/(sent|received) packet 0 at/).waitFor();
    await page.keyboard.press('Escape');
    await measured('filtering in Stream', async () => {
      for (const text of ['pong', 'packet-4242', '']) {
        await page.getByLabel('Filter').fill(text);
        await page.waitForFunction(() => !document.body.innerText.includes('still looking'));
      }
      await page.getByLabel('Kind').selectOption('rekey');
      await expect
        .poll(() => page.getByText(/^[\d,]+ of [\d,]+$/).innerText())
        .toMatch(/^44\d of 100,[45]\d\d$/);
      await page.getByLabel('Kind').selectOption('');
      await page.getByLabel('Filter').fill('1242424242424242');
      await page.waitForFunction(() => !document.body.innerText.includes('still looking'));
      await page.getByLabel('Filter').fill('');
    });
    await measured('opening Messages', async () => {
      await page
        .getByRole('navigation')
        .getByRole('link', { name: /^Messages/ })
        .click();
      await page.getByRole('listbox', { name: 'Messages, in order' }).waitFor();
      await expect.poll(() => last(page)).toBeGreaterThanOrEqual(2 * PINGS);
    });
    await measured('scrolling in Messages', () => look(page));
    await measured('filtering in Messages', async () => {
      for (const text of ['pong', '4242424242424242', '']) {
        await page.getByLabel('Filter').fill(text);
        await page.waitForFunction(() => !document.body.innerText.includes('still looking'));
      }
    });
    for (const { tasks } of Object.values(report)) expect(tasks).toBeGreaterThan(0);
    const longest = Object.entries(report).map(([name, work]) => [name, work.longest < LONG_TASK_MS]);
    expect(longest).toEqual(Object.keys(report).map((name) => [name, true]));
    expect(opened.complaints).toEqual([]);
  }, 240_000);
});
