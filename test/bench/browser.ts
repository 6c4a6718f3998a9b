/**
 * `npm run bench:browser`, with the flags of `npm run bench`: the same in a real Chromium, in a page from 127.0.0.1
 * under the content security policy that the bridge serves. The whole path, from a real node through the bridge into
 * the tab, is measured from outside of such a page: its groups go behind those of the page, in `main`.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { SECURITY_HEADERS } from '../../bridge/http.js';
import { findChromium } from '../setup/find-tools.js';
import { readFlags, UsageError } from './flags.js';
import type { BenchPage } from './page.js';
import { aboutRun, textOf, writeJson } from './report.js';

const HTML =
  '<!doctype html><meta charset="utf-8"><title>bench</title><script type="module" src="page.js"></script>';

/** @param built the folder of the page's script */
export async function main(root: string, built: string): Promise<void> {
  const { only, json, ...settings } = readFlags();
  const tool = findChromium();
  if (!('path' in tool)) throw new UsageError(tool.missing);
  const host = await serve(path.join(built, 'page.js'));
  const browser = await chromium.launch({
    executablePath: tool.path,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
  try {
    const page = await browser.newPage();
    page.on('console', (message) => process.stderr.write(`bench: ${message.text()}\n`));
    page.on('pageerror', (error) => process.stderr.write(`bench: ${String(error)}\n`));
    await page.goto(host.url);
    await page.waitForFunction(() => 'bench' in globalThis);
    const groups = await page.evaluate(
      ([only, settings]) => (globalThis as unknown as BenchPage).bench(only, settings),
      [only, settings] as const,
    );
    const about = aboutRun(root, `Chromium ${browser.version()}`, settings.rounds);
    process.stdout.write(`${textOf(about, groups)}\n`);
    if (json !== undefined) writeJson(json, about, groups);
  } finally {
    await browser.close();
    host.close();
  }
}

async function serve(script: string): Promise<{ url: string; close(): void }> {
  const server = createServer((request, response) => {
    const [type, body] =
      request.url === '/page.js' ? ['text/javascript', readFileSync(script)] : ['text/html', HTML];
    // Isolated, a page has a clock of 5 µs instead of 100.
    const headers = { ...SECURITY_HEADERS, 'Cross-Origin-Embedder-Policy': 'require-corp' };
    response.writeHead(200, { ...headers, 'Content-Type': type }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
