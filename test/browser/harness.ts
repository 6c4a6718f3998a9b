import fs from 'node:fs';
import path from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { root, startProduct, type Product } from '../setup/product.js';

/** A name under which a page is not from this machine, as far as the browser knows: no secure context. */
export const ANOTHER_MACHINE = 'another-machine.test';

/** A real Chromium with an empty profile, which reaches nothing but this machine. */
export function launchBrowser(executablePath: string, more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--host-resolver-rules=MAP ${ANOTHER_MACHINE} 127.0.0.1 , MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE [::1] , EXCLUDE localhost`,
      ...more,
    ],
  });
}

/** A page, and everything about it that a test may want to be empty. */
export interface OpenPage {
  readonly page: Page;
  /** Uncaught errors, and what was written to the console as an error or a warning. */
  readonly complaints: readonly string[];
  /** What the content security policy refused: 'directive blocked-uri'. */
  readonly violations: readonly string[];
  /** Every URL that the page asked for: documents, scripts, workers' scripts, fetches, the page's WebSockets. */
  readonly requests: readonly string[];
  /** Those of the requests that went to another origin than the page's own. */
  foreignRequests(): string[];
  /** Writes test/.cache/screenshots/NAME.png and returns its path. */
  screenshot(name: string): Promise<string>;
  close(): Promise<void>;
}

export interface PageOptions extends BrowserContextOptions {
  /** The recording that comes with the page is empty: no session is on screen at first. */
  readonly withoutRecording?: boolean;
}

/** Opens a URL in a context of its own: no storage is shared with other pages. */
export async function openPage(
  browser: Browser,
  url: string,
  { withoutRecording = false, ...options }: PageOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext(options);
  if (withoutRecording) await context.route('**/*.jsonl', (route) => route.fulfill({ body: '' }));
  const page = await context.newPage();
  const complaints: string[] = [];
  const violations: string[] = [];
  const requests: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  context.on('request', (request) => requests.push(request.url()));
  page.on('websocket', (socket) => requests.push(socket.url()));
  await page.exposeFunction('reportViolation', (violation: string) => violations.push(violation));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const { reportViolation } = globalThis as unknown as { reportViolation(violation: string): void };
      reportViolation(`${event.effectiveDirective} ${event.blockedURI}`);
    });
  });
  await page.goto(url);

  return {
    page,
    complaints,
    violations,
    requests,
    foreignRequests() {
      const host = new URL(page.url()).host;
      return requests.filter((request) => /^(https?|wss?):/.test(request) && new URL(request).host !== host);
    },
    async screenshot(name) {
      const file = path.join(root, 'test/.cache/screenshots', `${name}.png`);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      await page.screenshot({ path: file, fullPage: true });
      return file;
    },
    close: () => context.close(),
  };
}

/** What a group of tests works with: the product and a browser, from before its first test to after its last. */
export interface Bench {
  readonly browser: Browser;
  readonly product: Product;
  /** The page of the test that runs. */
  readonly opened: OpenPage;
  /** Opens it, at a path such as '#/stream'; it is closed after the test. */
  open(hash?: string, options?: PageOptions): Promise<Page>;
}

/** Called within a group of tests, whose hooks it sets. @param start gives the product */
export function bench(executablePath: string, start: () => Promise<Product> = startProduct): Bench {
  let browser: Browser | undefined;
  let product: Product | undefined;
  let opened: OpenPage | undefined;
  beforeAll(async () => {
    [product, browser] = await Promise.all([start(), launchBrowser(executablePath)]);
  });
  afterEach(() => opened?.close());
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });
  return {
    get browser() {
      return browser!;
    },
    get product() {
      return product!;
    },
    get opened() {
      return opened!;
    },
    async open(hash = '', options = {}) {
      opened = await openPage(browser!, hash === '' ? product!.url : `${product!.url}/${hash}`, options);
      return opened.page;
    },
  };
}

/** As a person connects: by the form that is on screen. */
export async function connect(page: Page, node: string, network = 'Regtest'): Promise<void> {
  await page.getByLabel('Node address', { exact: true }).fill(node);
  await page.getByLabel('Network', { exact: true }).selectOption({ label: network });
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
}

/** Resolves when the live connection is in this state. */
export async function reach(page: Page, state: string): Promise<void> {
  await page.locator(`[data-testid=connection][data-state=${state}]`).waitFor({ state: 'attached' });
}

/** As a person opens a recording: by the file chooser. */
export async function openRecording(page: Page, file: string): Promise<void> {
  await page.evaluate(() => (location.hash = '#/recordings'));
  await page.getByLabel('Open a recording').setInputFiles(file);
}

/** Resolves when a recording is on screen, to its end. */
export async function replayed(page: Page): Promise<void> {
  await page
    .locator('[data-source=recorded][data-replay=closed]:not([data-opening])')
    .waitFor({ state: 'attached' });
}
