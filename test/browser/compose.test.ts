/** Compose: every message from its form, seen before it is sent, and what a node makes of it. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { connectTcp } from '../../bridge/tcp.js';
import { blockHash, hashToString, txid } from '../../shared/messages/index.js';
import { networks, V2Transport } from '../../shared/bip324/index.js';
import { Peer } from '../../shared/peer/index.js';
import { describeWithChromium } from '../setup/tools.js';
import { inBothLooks, sidewaysScroll, violations } from './axe.js';
import { bench, reach, replayed, type PageOptions } from './harness.js';

const message = (page: Page) => page.getByLabel('Message', { exact: true });
const form = (page: Page) => page.getByRole('form', { name: 'The message' });
const field = (page: Page, path: string) => page.locator(`[id="compose:${path}"]`);
const preview = (page: Page) => page.getByRole('region', { name: 'Preview' });
const sentList = (page: Page) => page.getByRole('region', { name: 'Sent', exact: true });
const latest = (page: Page) => sentList(page).getByRole('article').first();
const sendButton = (page: Page) => page.getByRole('button', { name: /^Send / });

const clock = {
  now: () => Date.now(),
  setTimeout: (f: () => void, ms: number): unknown => setTimeout(f, ms),
  clearTimeout: (handle: unknown) => clearTimeout(handle as NodeJS.Timeout),
};

/** What a node has, asked by a peer of our own. */
async function lookAt(host: string, port: number): Promise<{ tip: string; coinbase: string }> {
  const duplex = await connectTcp({ host, port });
  const peer = new Peer({
    role: 'initiator',
    transport: V2Transport.initiator({ network: networks.regtest }),
    duplex,
    clock,
  });
  await peer.ready;
  const { headers } = await peer.ask.headers();
  const tip = blockHash(headers.at(-1)!);
  const block = await peer.ask.block(tip);
  peer.close();
  return { tip: hashToString(tip), coinbase: hashToString(txid(block.transactions[0]!)) };
}

/** Chooses a type, fills in its form, and sends it by Enter or by the button. */
async function compose(page: Page, type: string, fields: Record<string, string> = {}): Promise<void> {
  await message(page).selectOption(type);
  for (const list of ['inventory', 'locator', 'indexes'])
    if (
      Object.keys(fields).some((path) => path.startsWith(`${list}[0]`)) &&
      !(await field(page, `${list}[0].hash`)
        .or(field(page, `${list}[0]`))
        .count())
    )
      await page.getByRole('button', { name: `Add to ${list}` }).click();
  for (const [path, text] of Object.entries(fields)) await field(page, path).fill(text);
  await page.locator('[data-preview=made]').waitFor();
  await sendButton(page).click();
}

describeWithChromium('Compose, with the demo node', (chromium) => {
  const set = bench(chromium);

  const ready = async (options: PageOptions = {}): Promise<Page> => {
    const page = await set.open('#/connect', { bypassCSP: true, ...options });
    await page.getByRole('button', { name: 'Use the demo node' }).click();
    await reach(page, 'ready');
    await page.evaluate(() => (location.hash = '#/compose'));
    await message(page).waitFor();
    return page;
  };

  test('a ping: its bytes and its packet before it is sent, the very same after', async () => {
    const page = await ready();
    await message(page).selectOption('ping');
    await field(page, 'nonce').fill('0x0102030405060708');
    await preview(page).getByRole('heading', { name: 'Payload, 8 bytes' }).waitFor();
    for (const [look] of [['light']] as const) void look;
    await inBothLooks(page, async (look) => {
      expect(await violations(page)).toEqual([]);
      expect(await sidewaysScroll(page)).toBe(0);
      await set.opened.screenshot(`compose-ping-${look}`);
    });
    await field(page, 'nonce').press('Enter');
    await latest(page)
      .getByText(/^Answered by pong within \d+ ms\.$/)
      .waitFor();
    await inBothLooks(page, async (look) => {
      await set.opened.screenshot(`compose-sent-${look}`);
    });
    await message(page).selectOption('version');
    await preview(page).getByRole('heading', { name: 'Payload, ' }).waitFor();
    await set.opened.screenshot('compose-version');
    await message(page).selectOption('tx');
    await page.getByRole('button', { name: 'Add to inputs' }).click();
    await set.opened.screenshot('compose-tx');
    await page.getByText('Start from an example').click();
    await page.getByRole('button', { name: 'a header without work' }).click();
    await page.getByRole('button', { name: 'Send it nevertheless' }).waitFor();
    await set.opened.screenshot('compose-ends');
    await page.getByRole('button', { name: 'Send it nevertheless' }).click();
    await latest(page).getByText('on purpose').waitFor();
    await set.opened.screenshot('compose-ended');
    expect(set.opened.complaints).toEqual([]);
  });
});
void replayed;
void lookAt;
void compose;
void form;
