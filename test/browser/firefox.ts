import { once } from 'node:events';
import fs from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { launch, type Browser, type ConsoleMessage, type Page } from 'puppeteer-core';
import { expect } from 'vitest';
import { temporaryFolder } from '../setup/processes.js';
import { root } from '../setup/product.js';

/** A real Firefox with an empty profile, over WebDriver BiDi, without a window. */
export interface Firefox {
  readonly browser: Browser;
  /** The first line of whatever it sent towards any other machine: there is nothing there that would answer. */
  readonly elsewhere: readonly string[];
  close(): Promise<void>;
}

export async function launchFirefox(executablePath: string): Promise<Firefox> {
  // Everything but this machine goes to a proxy that notes who was asked for, and hangs up.
  const elsewhere: string[] = [];
  const proxy = net.createServer((socket) => {
    socket.once('data', (data) => {
      elsewhere.push(String(data).split('\r\n', 1)[0]!);
      socket.destroy();
    });
    socket.on('error', () => undefined);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const home = temporaryFolder('firefox');
  const browser = await launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    defaultViewport: null,
    env: {
      ...process.env,
      HOME: home.path,
      MOZ_CRASHREPORTER_DISABLE: '1',
      // Without this a release takes no other server of settings than Mozilla's, and so not none either.
      MOZ_REMOTE_SETTINGS_DEVTOOLS: '1',
    },
    extraPrefsFirefox: { ...onlyThisMachine((proxy.address() as AddressInfo).port), ...silent },
  });
  return {
    browser,
    elsewhere,
    async close() {
      await browser.close();
      proxy.close();
      home.remove();
    },
  };
}

const onlyThisMachine = (port: number) => ({
  'network.proxy.type': 1,
  'network.proxy.http': '127.0.0.1',
  'network.proxy.http_port': port,
  'network.proxy.ssl': '127.0.0.1',
  'network.proxy.ssl_port': port,
  'network.proxy.no_proxies_on': '127.0.0.1',
  // Never round the proxy because it does not answer.
  'network.proxy.failover_direct': false,
  'network.trr.mode': 5,
  'network.dns.disablePrefetch': true,
  'network.dns.native_https_query': false,
  'network.prefetch-next': false,
  'network.predictor.enabled': false,
  'network.http.speculative-parallel-limit': 0,
  'network.http.http3.enable': false,
});

/** What a Firefox asks the world of its own accord. */
const silent = {
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.newtabpage.activity-stream.feeds.system.topstories': false,
  'browser.region.network.url': '',
  'browser.region.update.enabled': false,
  'browser.safebrowsing.downloads.remote.enabled': false,
  'browser.safebrowsing.provider.google4.updateURL': '',
  'browser.safebrowsing.provider.mozilla.updateURL': '',
  'browser.search.geoSpecificDefaults': false,
  'browser.search.suggest.enabled': false,
  'browser.topsites.contile.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'dom.push.connection.enabled': false,
  'extensions.blocklist.enabled': false,
  'extensions.getAddons.cache.enabled': false,
  'extensions.systemAddon.update.enabled': false,
  'media.gmp-manager.updateEnabled': false,
  'messaging-system.rsexperimentloader.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'security.OCSP.enabled': 0,
  'services.settings.server': 'data:,#remote-settings-dummy/v1',
  'toolkit.telemetry.enabled': false,
  'toolkit.telemetry.server': 'data:,',
  'toolkit.telemetry.unified': false,
};

/**
 * Asks the page again and again until the answer is yes. The content security policy keeps puppeteer's own
 * waitForFunction out: it would compile text inside the page.
 */
export async function until(page: Page, holds: (about: string) => boolean, about = ''): Promise<void> {
  const options = { timeout: 30_000, message: `${holds} of ${about}` };
  await expect.poll(() => page.evaluate(holds, about), options).toBe(true);
}

export interface FirefoxPage {
  readonly page: Page;
  /** Uncaught errors, and what was written to the console as an error or a warning. */
  readonly complaints: readonly string[];
  /** Requests to another origin than the page's own. */
  readonly foreign: readonly string[];
  screenshot(name: string): Promise<void>;
}

/** Opens a URL in a context of its own, of the size of a desktop's window or of a phone. */
export async function openInFirefox(
  { browser }: Firefox,
  url: string,
  viewport: { width: number; height: number },
): Promise<FirefoxPage & { close(): Promise<void> }> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const complaints: string[] = [];
  const foreign: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message: ConsoleMessage) => {
    if (['error', 'warn'].includes(message.type())) complaints.push(message.text());
  });
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    if (/^(http|ws)s?:$/.test(protocol) && host !== new URL(url).host) foreign.push(request.url());
  });
  // Of the two parts of this command, size and orientation, Firefox 140 knows only the first.
  await page.setViewport(viewport).catch((error: unknown) => {
    if (!String(error).includes('setScreenOrientationOverride')) throw error;
  });
  await page.goto(url);
  await until(page, (width) => innerWidth === Number(width), String(viewport.width));
  return {
    page,
    complaints,
    foreign,
    async screenshot(name) {
      const folder = path.join(root, 'test/.cache/screenshots');
      fs.mkdirSync(folder, { recursive: true });
      await page.screenshot({ path: path.join(folder, `${name}.png`) as `${string}.png`, fullPage: true });
    },
    close: () => context.close(),
  };
}
