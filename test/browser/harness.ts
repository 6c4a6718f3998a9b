import fs from 'node:fs';
import path from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { root } from '../setup/product.js';

/** A name under which a page is not from this machine, as far as the browser knows: no secure context. */
export const ANOTHER_MACHINE = 'another-machine.test';

/** A real Chromium with an empty profile, which reaches nothing but this machine. */
export function launchBrowser(executablePath: string): Promise<Browser> {
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
