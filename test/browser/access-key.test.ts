/** A bridge that asks for an access key: the page asks the person, and keeps what they typed in its worker alone. */
import { expect, test } from 'vitest';
import { startProduct } from '../setup/product.js';
import { describeWithChromium } from '../setup/tools.js';
import { inBothLooks, sidewaysScroll, violations } from './axe.js';
import { bench, connect, reach } from './harness.js';

const KEY = 'sechs Füchse im Schnee';

describeWithChromium('a bridge with an access key', (chromium) => {
  const set = bench(chromium, () => startProduct(['--access-key', KEY]));

  test('is asked for, may be wrong, opens the bridge, and is kept nowhere but in the tab', async () => {
    const page = await set.open('', { withoutRecording: true });
    await connect(page, 'demo');
    await reach(page, 'failed');
    const notice = page.getByRole('region', { name: 'Why it ended' }).first();
    await expect.poll(() => notice.innerText()).toContain('This bridge asks for an access key');
    const field = notice.getByLabel('Access key', { exact: true });
    await field.fill('not the key at all');
    await set.opened.screenshot('access-key-needed');
    await field.press('Enter');

    await expect.poll(() => notice.innerText()).toContain('That is not this bridge’s access key');
    // Whoever mistyped types on.
    await expect.poll(() => field.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await field.inputValue()).toBe('');
    await set.opened.screenshot('access-key-denied');
    await field.fill(KEY);
    await field.press('Enter');
    await reach(page, 'ready');

    // From then on it is not asked for again.
    await page.goto(`${set.product.url}/#/connect`);
    await connect(page, 'demo');
    await reach(page, 'ready');

    const kept = await page.evaluate(async () => {
      const databases = await indexedDB.databases();
      return JSON.stringify([
        location.href,
        { ...localStorage },
        { ...sessionStorage },
        databases,
        document.body.innerHTML,
      ]);
    });
    for (const text of [kept, ...set.opened.requests, set.product.output()]) {
      expect(decodeURIComponent(text.replaceAll('%', '%25'))).not.toContain('Füchse');
      expect(text).not.toContain(encodeURIComponent('Füchse'));
    }
    expect(set.opened.complaints).toEqual([]);
    expect(set.opened.violations).toEqual([]);

    await page.reload();
    await connect(page, 'demo');
    await reach(page, 'failed');
    await expect.poll(() => notice.innerText()).toContain('asks for an access key');
  });

  test('the form stays within the page, in both looks, and axe finds nothing', async () => {
    const page = await set.open('', { withoutRecording: true, bypassCSP: true });
    await connect(page, 'demo');
    await page.getByLabel('Access key', { exact: true }).first().waitFor();
    await inBothLooks(page, async (look) => {
      expect(await violations(page)).toEqual([]);
      expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
      await set.opened.screenshot(`access-key-${look}`);
    });
  });
});
