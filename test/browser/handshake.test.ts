/** The lesson in a real browser: every step has a link, is reached by keyboard, plays, is presented, and tells no secret unasked. */
import type { Socket } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { networks, V2Transport } from '../../shared/bip324/index.js';
import { startProduct, type Product } from '../setup/product.js';
import { describeWithChromium } from '../setup/tools.js';
import { sidewaysScroll, violations } from './axe.js';
import { launchBrowser, openPage, type OpenPage } from './harness.js';
import { listenAsNode, respond, type OwnNode } from './own-node.js';

const hash = (page: Page): string => new URL(page.url()).hash;
const place = (page: Page) => expect.poll(() => hash(page));
const reach = (page: Page, state: string) =>
  page.locator(`[data-testid=connection][data-state=${state}]`).waitFor({ state: 'attached' });
const title = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 2, name });
const focused = (page: Page): Promise<string> => page.evaluate(() => document.activeElement?.id ?? '');
const list = (page: Page) => page.getByRole('region', { name: 'Steps' }).getByRole('link');

async function connect(page: Page, node: string): Promise<void> {
  await page.getByLabel('Node address', { exact: true }).fill(node);
  await page.getByLabel('Network', { exact: true }).selectOption({ label: 'Regtest' });
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
}

describeWithChromium('the lesson of a handshake', (chromium) => {
  let product: Product;
  let browser: Browser;
  let node: OwnNode;
  let opened: OpenPage;
  beforeAll(async () => {
    [browser, node] = await Promise.all([launchBrowser(chromium), listenAsNode()]);
    product = await startProduct(['--allow', node.address]);
  });
  afterEach(async () => {
    await opened?.close();
  });
  afterAll(async () => {
    node.close();
    await browser?.close();
    await product?.stop();
  });

  const session = async (options?: Parameters<typeof openPage>[2], at = ''): Promise<Page> => {
    opened = await openPage(browser, `${product.url}/#/handshake${at}`, {
      withoutRecording: true,
      ...options,
    });
    node.serve = (socket) => respond(socket, { garbage: 40, decoys: [7] });
    await connect(opened.page, node.address);
    await reach(opened.page, 'ready');
    return opened.page;
  };

  test('by keyboard alone, from the first step to the last; the history does not grow', async () => {
    const page = await session();
    await title(page, 'Our key').waitFor();
    const entries = await page.evaluate(() => history.length);
    const total = await list(page).count();
    await page.keyboard.press(']');
    await place(page).toBe('#/handshake/our-garbage');
    await title(page, 'Our garbage').waitFor();
    await page.keyboard.press('[');
    await place(page).toBe('#/handshake/our-key');
    await page.keyboard.press('ArrowRight');
    await place(page).toBe('#/handshake/our-key/sent.key');
    await page.keyboard.press('ArrowRight');
    await place(page).toBe('#/handshake/our-key/secret-key');

    await list(page).first().focus();
    for (let step = 2; step <= total; step++) {
      await page.keyboard.press('ArrowDown');
      await expect.poll(() => page.getByLabel('Step', { exact: true }).inputValue()).toBe(String(step));
      expect(
        await list(page)
          .nth(step - 1)
          .evaluate((link) => link === document.activeElement),
      ).toBe(true);
    }
    await title(page, 'Encrypted').waitFor();
    await page.keyboard.press(']');
    await place(page).toBe('#/handshake/ready');
    expect(await page.evaluate(() => history.length)).toBe(entries);

    // While typing they are letters.
    await page.goto(`${product.url}/#/messages`);
    await page.goto(`${product.url}/#/handshake/ecdh`);
    await title(page, 'Diffie–Hellman').waitFor();
    await page.getByRole('button', { name: 'Disconnect', exact: true }).click();
    await page.getByLabel('Node address', { exact: true }).fill('');
    await page.keyboard.type('[]');
    expect(hash(page)).toBe('#/handshake/ecdh');
    expect(await page.getByLabel('Node address', { exact: true }).inputValue()).toBe('[]');
  });

  test('in the ribbon: arrows go through the fields, and each has its link', async () => {
    const page = await session({}, '/received.packet-0');
    const ribbon = page.getByRole('listbox');
    await ribbon.getByRole('option').first().focus();
    await page.keyboard.press('ArrowRight');
    await place(page).toBe('#/handshake/received.packet-0/received.packet-0.header');
    await page.keyboard.press('End');
    await place(page).toBe('#/handshake/received.packet-0/received.packet-0.tag');
    await ribbon.getByRole('option', { name: /^A, authentication tag/, selected: true }).waitFor();
  });

  test('a link without a session says what it leads to, and opens there once the step comes', async () => {
    opened = await openPage(browser, `${product.url}/#/handshake/hkdf/session-id`, {
      withoutRecording: true,
    });
    const { page } = opened;
    await page.getByRole('region', { name: 'What this link leads to' }).waitFor();
    expect(await page.getByRole('main').innerText()).toMatch(
      /The keys of the session[^]*With a session open/,
    );
    node.serve = (socket) => respond(socket);
    await connect(page, node.address);
    await reach(page, 'ready');
    await title(page, 'The keys of the session').waitFor();
    await expect.poll(() => focused(page)).toBe('place-session-id');
    expect(await page.locator('#place-session-id').getAttribute('aria-pressed')).toBe('true');
    expect(await page.getByRole('region', { name: 'What this link leads to' }).count()).toBe(0);

    // From anywhere, and from the address bar.
    await page.goto(`${product.url}/#/messages`);
    await page.goto(`${product.url}/#/handshake/their-garbage`);
    await title(page, 'Their garbage').waitFor();
    await expect.poll(() => focused(page)).toBe('step-heading');
    await page.goto(`${product.url}/#/handshake/no-such`);
    await page.getByText('No handshake has a step named').waitFor();
    await page.getByRole('button', { name: 'Go to the first step' }).click();
    await title(page, 'Our key').waitFor();
    expect(opened.complaints).toEqual([]);
    expect(opened.violations).toEqual([]);
  });

  test('every step and every field that the list shows is reached by its own link', async () => {
    const page = await session();
    const hrefs = await list(page).evaluateAll((links) => links.map((link) => link.getAttribute('href')!));
    for (const href of hrefs) {
      await page.goto(`${product.url}/${href}`);
      await expect
        .poll(() => list(page).and(page.locator('[aria-current=step]')).getAttribute('href'))
        .toBe(href);
      const ids = await page.locator('[id^=place-]').evaluateAll((all) => all.map(({ id }) => id));
      expect(new Set(ids).size).toBe(ids.length);
      const last = ids.at(-1);
      if (last === undefined) continue;
      await page.goto(`${product.url}/${href}/${last.slice('place-'.length)}`);
      await expect.poll(() => focused(page)).toBe(last);
    }
  });

  test('the copied link leads to what is chosen', async () => {
    const page = await session(
      { permissions: ['clipboard-read', 'clipboard-write'] },
      '/tagged-hash/shared-secret',
    );
    await page.getByRole('button', { name: 'Copy link' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      `${product.url}/#/handshake/tagged-hash/shared-secret`,
    );
  });

  test('plays, pauses and is scrubbed; nothing moves before it is asked to', async () => {
    const page = await session({}, '/our-key');
    await page.clock.install();
    await page.clock.fastForward(60_000);
    expect(hash(page)).toBe('#/handshake/our-key');
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await page.clock.fastForward(2000);
    await place(page).toBe('#/handshake/our-garbage');
    await page.clock.fastForward(2000);
    await place(page).toBe('#/handshake/their-key');
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Play' }).waitFor();
    await page.clock.fastForward(60_000);
    expect(hash(page)).toBe('#/handshake/their-key');

    const slider = page.getByLabel('Step', { exact: true });
    await slider.focus();
    await page.keyboard.press('End');
    await place(page).toBe('#/handshake/ready');
    await page.keyboard.press('ArrowLeft');
    await title(page, 'Their version packet').waitFor();
    await slider.fill('7');
    await place(page).toBe('#/handshake/hkdf');
    await expect
      .poll(() => slider.getAttribute('aria-valuetext'))
      .toMatch(/^step 7 of \d+, The keys of the session$/);

    // From the last step it starts again, and stops there by itself.
    await page.keyboard.press('End');
    await place(page).toBe('#/handshake/ready');
    await page.getByRole('button', { name: 'Play' }).click();
    await place(page).toBe('#/handshake/our-key');
    const total = await list(page).count();
    for (let step = 1; step < total; step++) {
      await page.clock.fastForward(2000);
      await expect.poll(() => slider.inputValue()).toBe(String(step + 1));
    }
    await page.getByRole('button', { name: 'Play' }).waitFor();
  });

  test('the presenter’s view has a link, shows one step over all, goes on by keys, and Esc leaves', async () => {
    const page = await session({}, '/their-key?view=present');
    const dialog = page.getByRole('dialog', { name: 'Their key' });
    await dialog.waitFor();
    const box = await dialog.boundingBox();
    expect([box!.width, box!.height]).toEqual([1280, 720]);
    await page.keyboard.press('PageDown');
    await place(page).toBe('#/handshake/ellswift-decode?view=present');
    await page.getByRole('dialog', { name: 'Their key, decoded' }).waitFor();
    await page.keyboard.press('[');
    await place(page).toBe('#/handshake/their-key?view=present');
    await page.getByRole('dialog').getByRole('button', { name: 'Next' }).click();
    await place(page).toBe('#/handshake/ellswift-decode?view=present');
    await page.keyboard.press('Escape');
    await place(page).toBe('#/handshake/ellswift-decode');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await title(page, 'Their key, decoded').waitFor();
    await page.getByRole('button', { name: 'Present' }).click();
    await page.getByRole('dialog', { name: 'Their key, decoded' }).waitFor();
    await page.getByRole('button', { name: 'Leave' }).click();
    await place(page).toBe('#/handshake/ellswift-decode');
  });

  test.each([
    [1280, 800],
    [1920, 1080],
    [360, 740],
  ])(
    'presented at %i × %i: large type, no sideways scroll, and no step is cut off',
    async (width, height) => {
      const page = await session(
        { viewport: { width, height }, reducedMotion: 'reduce' },
        '/our-key?view=present',
      );
      const slide = page.locator('[data-slide]');
      await page.getByRole('dialog', { name: 'Our key' }).waitFor();
      const total = Number(await page.getByLabel('Step', { exact: true }).getAttribute('max'));
      const least = { 1280: 28, 1920: 40, 360: 20 }[width]!;
      for (let step = 1; step <= total; step++) {
        const sizes = await slide.evaluate((element) => ({
          words: Math.min(
            ...[...element.querySelectorAll('[data-words]')].map((words) =>
              parseFloat(getComputedStyle(words).fontSize),
            ),
          ),
          sideways: element.scrollWidth - element.clientWidth,
          top: element.scrollTop,
        }));
        expect(sizes.words).toBeGreaterThanOrEqual(least);
        expect([sizes.sideways, sizes.top]).toEqual([0, 0]);
        // ↓ reads a long one to its end, and goes on from there.
        const before = hash(page);
        for (let press = 0; press < 60 && hash(page) === before && step < total; press++) {
          await page.keyboard.press('ArrowDown');
          await page.evaluate(() => new Promise(requestAnimationFrame));
        }
        if (step < total)
          await expect
            .poll(() => page.getByLabel('Step', { exact: true }).inputValue())
            .toBe(String(step + 1));
      }
    },
  );

  test('on a phone a step that is tapped opens as a sheet, in sight with its row; it closes by button and by Esc', async () => {
    const page = await session({
      viewport: { width: 360, height: 740 },
      hasTouch: true,
      reducedMotion: 'reduce',
      bypassCSP: true,
    });
    await list(page).first().waitFor();
    // Nothing lies over the list before a step is asked for.
    expect(await title(page, 'Our key').isVisible()).toBe(false);
    const seen = async (name: string) => {
      const sheet = page.getByRole('region', { name, exact: true });
      const row = page.locator('[data-step-keys] [aria-current=step]');
      await title(page, name).waitFor();
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn))));
      const [over, under] = [(await sheet.boundingBox())!, (await row.boundingBox())!];
      expect(under.y).toBeGreaterThanOrEqual(0);
      expect(under.y + under.height).toBeLessThanOrEqual(over.y);
      const controls = (await page.getByRole('group', { name: 'Go through the steps' }).boundingBox())!;
      expect(over.y + over.height).toBeLessThanOrEqual(controls.y);
      expect(controls.y + controls.height).toBeLessThanOrEqual(740);
      return sheet;
    };
    await list(page).filter({ hasText: 'Diffie–Hellman' }).tap();
    await place(page).toBe('#/handshake/ecdh');
    const sheet = await seen('Diffie–Hellman');
    expect(await violations(page)).toEqual([]);
    expect(await sidewaysScroll(page)).toBe(0);
    await opened.screenshot('handshake-sheet-360');

    await sheet.getByRole('button', { name: 'Close' }).click();
    expect(await title(page, 'Diffie–Hellman').isVisible()).toBe(false);
    const current = () => page.evaluate(() => document.activeElement?.getAttribute('href'));
    expect(await current()).toBe('#/handshake/ecdh');
    // The same again opens it again.
    await page.keyboard.press('Enter');
    await seen('Diffie–Hellman');
    for (const name of ['The shared secret', 'The keys of the session']) {
      await page.getByRole('button', { name: 'Next' }).tap();
      await seen(name);
    }
    await page.getByRole('button', { name: 'Copy link' }).focus();
    await page.keyboard.press('Escape');
    expect(await title(page, 'The keys of the session').isVisible()).toBe(false);
    expect(await current()).toBe('#/handshake/hkdf');
    // “Play the handshake” shows the first at once; where it is paused, it stays.
    await page.goto(`${product.url}/#/reference`);
    await page.goto(`${product.url}/#/handshake?play`);
    await seen('Our key');
    await page.getByRole('button', { name: 'Pause' }).tap();
    await place(page).toBe('#/handshake/our-key');
    await seen('Our key');
  });

  test('a secret shows on request alone, goes into the code only then, and is hidden when another step comes', async () => {
    const page = await session({}, '/tagged-hash');
    await page.getByText('Reproduce it in code').click();
    const code = page.getByRole('region', { name: 'Code' });
    expect(await code.innerText()).toMatch(
      /const secretKey = hex\('…'\); \/\/ secret: reveal the secret key/,
    );
    expect(await code.innerText()).toContain('// secret: the shared secret');
    await page.getByRole('button', { name: 'Reveal the secret key for the code' }).click();
    await expect.poll(() => code.innerText()).toMatch(/const secretKey = hex\('[0-9a-f]{64}'\); \/\/ secret/);
    await page.getByRole('button', { name: 'Reveal the shared secret', exact: true }).click();
    await expect.poll(() => code.innerText()).toMatch(/\/\/ [0-9a-f]{64}\s*$/);
    const shown = /\/\/ ([0-9a-f]{64})\s*$/.exec(await code.innerText())![1]!;
    await page.keyboard.press(']');
    await title(page, 'The keys of the session').waitFor();
    expect(await page.getByRole('main').innerText()).not.toContain(shown);
    await page.keyboard.press('[');
    await title(page, 'The shared secret').waitFor();
    await code.waitFor();
    expect(await page.getByRole('button', { name: /^Hide/ }).count()).toBe(0);
    expect(await page.getByRole('main').innerText()).not.toContain(shown);
  });

  test('the words of the specification stay chosen from step to step', async () => {
    const page = await session({}, '/our-key');
    await page.getByRole('button', { name: 'Specification' }).click();
    await page.getByText('BIP324, ElligatorSwift encoding of curve X coordinates').waitFor();
    await page.keyboard.press(']');
    await page.getByText('BIP324, Handshake: key exchange and version negotiation').waitFor();
    expect(await page.getByRole('button', { name: 'Specification' }).getAttribute('aria-pressed')).toBe(
      'true',
    );
  });

  test('both machines are told in words, too: before and after', async () => {
    const page = await session({}, '/their-terminator');
    await page
      .getByRole('img', {
        name: /State machine, receiving\..*This step from garbage to version: terminator found/,
      })
      .waitFor();
    await page.getByRole('img', { name: /State machine, sending\..*This step stays in ready/ }).waitFor();
    await page.getByRole('rowheader', { name: 'The bridge' }).waitFor();
    const rows = await page.getByRole('row').allInnerTexts();
    expect(rows.map((row) => row.split('\t')[0])).toEqual([
      'Who',
      'You',
      'The node',
      'The bridge',
      'The internet provider',
    ]);
  });

  test('new steps of a live session do not move what is read', async () => {
    opened = await openPage(browser, `${product.url}/#/handshake`, { withoutRecording: true });
    const { page } = opened;
    let held: { socket: Socket; flight: Uint8Array; transport: V2Transport } | undefined;
    node.serve = (socket) => {
      const transport = V2Transport.responder({ network: networks.regtest, garbage: 30 });
      socket.once('data', (first) => {
        transport.receive(first);
        held = { socket, transport, flight: transport.takeOutput() };
      });
    };
    await connect(page, node.address);
    await list(page).nth(1).click();
    await title(page, 'Our garbage').waitFor();
    await expect.poll(() => held).toBeDefined();
    const where = () => title(page, 'Our garbage').evaluate((element) => element.getBoundingClientRect().top);
    const before = await where();
    held!.socket.write(held!.flight);
    await page.getByRole('link', { name: /Their garbage terminator/ }).waitFor();
    expect(await where()).toBe(before);
    expect(hash(page)).toBe('#/handshake/our-garbage');
  });

  describe('what goes wrong', () => {
    const broken = async (serve: (socket: Socket) => void): Promise<Page> => {
      opened = await openPage(browser, `${product.url}/#/handshake`, { withoutRecording: true });
      node.serve = serve;
      await connect(opened.page, node.address);
      await reach(opened.page, 'failed');
      return opened.page;
    };

    test('a stream that ends inside their key: the last step says so, and both machines have ended', async () => {
      const page = await broken((socket) => {
        socket.once('data', () => socket.end(new Uint8Array(40).fill(9)));
      });
      await page.getByRole('link', { name: 'The stream ends here' }).click();
      await page
        .getByRole('img', { name: /receiving\..*This step from key to ended: error or end/ })
        .waitFor();
      await page.getByText('The stream ended inside it.').waitFor();
      await place(page).toBe('#/handshake/cut');
    });

    test('a changed byte of garbage: the tag does not fit, and the code says null', async () => {
      let flights = 0;
      const page = await broken((socket) => {
        flights = 0;
        respond(socket, { garbage: 50 }, (chunk) =>
          flights++ === 0 ? chunk.map((byte, at) => (at === 70 ? byte ^ 1 : byte)) : chunk,
        );
      });
      await page.goto(`${product.url}/#/handshake/cut`);
      await title(page, 'The stream ends here').waitFor();
      await page.getByText('Reproduce it in code').click();
      await expect
        .poll(() => page.getByRole('region', { name: 'Code' }).innerText())
        .toMatch(/packets\.decrypt\(garbage, packet\.subarray\(3\)\)[^]*\/\/ null\s*$/);
    });
  });

  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 360],
    ['dark', 360],
  ] as const)('%s, %i px wide: no violation and no sideways scroll', async (colorScheme, width) => {
    const page = await session({
      colorScheme,
      reducedMotion: 'reduce',
      viewport: { width, height: 740 },
      bypassCSP: true,
    });
    const check = async () => {
      // As high as all of it: what stands under the bar at an edge, half of it, is no target too small.
      await page.setViewportSize({ width, height: 7000 });
      expect(await violations(page)).toEqual([]);
      await page.setViewportSize({ width, height: 740 });
      expect(await sidewaysScroll(page)).toBe(0);
    };
    await list(page).first().click();
    await page.getByText('Reproduce it in code').click();
    await page.getByRole('region', { name: 'Code' }).waitFor();
    for (const id of ['our-key', 'hkdf', 'received.packet-0', 'ready']) {
      await page.goto(`${product.url}/#/handshake/${id}`);
      await page.locator(`[aria-current=step][href='#/handshake/${id}']`).waitFor();
      const reveal = page.getByRole('button', { name: /^Reveal/ }).first();
      if ((await reveal.count()) > 0) {
        await reveal.click();
        await page.getByRole('button', { name: /^Hide/ }).first().waitFor();
      }
      await check();
      await opened.screenshot(`handshake-${id}-${colorScheme}-${width}`);
    }
    await page.goto(`${product.url}/#/handshake/received.packet-0?view=present`);
    await page.getByRole('dialog').waitFor();
    await check();
    await opened.screenshot(`handshake-present-${colorScheme}-${width}`);
  });
});
