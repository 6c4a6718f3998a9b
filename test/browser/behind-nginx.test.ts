/** The page as strangers get it: through a real nginx with TLS, configured as bridge/deploy/nginx.conf says. */
import fs from 'node:fs';
import { type Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publicKeyHash } from '../setup/certificate.js';
import { type Nginx, startNginx } from '../setup/nginx.js';
import { freePorts } from '../setup/processes.js';
import { type Product, startProduct } from '../setup/product.js';
import { describeWithNginxAndChromium } from '../setup/tools.js';
import { launchBrowser, openPage } from './harness.js';

describeWithNginxAndChromium('behind nginx with TLS', (paths) => {
  let nginx: Nginx;
  let product: Product;
  let browser: Browser;
  const start = (port: number, ...flags: string[]) => startProduct(['--port', String(port), ...flags]);
  let ports: { nginx: number; bridge: number };

  beforeAll(async () => {
    const [port, bridge] = (await freePorts(2)) as [number, number];
    ports = { nginx: port, bridge };
    nginx = await startNginx(paths.nginx, { port, bridge });
    const trust = `--ignore-certificate-errors-spki-list=${publicKeyHash(nginx.cert)}`;
    browser = await launchBrowser(paths.chromium, [trust]);
  });
  afterAll(() => browser?.close());

  const toDemoNode = async () => {
    const opened = await openPage(browser, `${nginx.url}/#/connect`, { withoutRecording: true });
    await opened.page.getByRole('button', { name: 'Use the demo node' }).click();
    return opened;
  };

  test('the page loads, its handshake is done by wss:, and the bridge hears who the client is', async () => {
    const flags = ['--public-url', nginx.url, '--trust-proxy', 'loopback', '--log-clients'];
    product = await start(ports.bridge, ...flags);
    const served = await fetchPolicy(`http://127.0.0.1:${ports.bridge}/`);
    const opened = await toDemoNode();
    await opened.page.locator('[data-testid=connection][data-state=ready]').waitFor({ state: 'attached' });
    await opened.page.getByRole('heading', { name: 'The handshake' }).waitFor();
    const wss = nginx.url.replace('https', 'wss');
    expect(opened.requests.filter((url) => url.startsWith('ws'))).toEqual([
      expect.stringContaining(`${wss}/v1/tunnel?`),
    ]);
    expect(opened.foreignRequests()).toEqual([]);
    expect(opened.complaints).toEqual([]);
    expect(opened.violations).toEqual([]);
    const policy = await opened.page.evaluate(async () =>
      (await fetch('.')).headers.get('content-security-policy'),
    );
    expect(policy).toBe(served); // nginx changes nothing of it
    expect(policy).toContain("default-src 'none'");
    expect(await opened.page.evaluate(() => globalThis.isSecureContext)).toBe(true);
    expect(product.output()).toContain('"client":"127.0.0.1"');
    expect(fs.statSync(await opened.screenshot('behind-nginx')).size).toBeGreaterThan(1000);
    await opened.close();
    expect(await product.stop()).toBe(0);
  });

  test('a bridge that was not told of nginx: the page says what its operator has to do', async () => {
    product = await start(ports.bridge, '--public-url', nginx.url);
    const opened = await toDemoNode();
    await opened.page
      .getByText(/--trust-proxy ADDRESS-OF-THE-PROXY/)
      .first()
      .waitFor();
    expect(product.output()).toMatch(/"level":"error".*--trust-proxy/);
    await opened.screenshot('unknown-proxy');
    await opened.close();
    expect(await product.stop()).toBe(0);
  });
});

async function fetchPolicy(url: string): Promise<string | null> {
  return (await fetch(url)).headers.get('content-security-policy');
}
