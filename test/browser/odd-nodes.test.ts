/** Nodes that do what real ones do not, at the other end of the real page: our own responder, bent for each test. */
import { once } from 'node:events';
import { type Socket } from 'node:net';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { networks, V2Transport } from '../../shared/bip324/index.js';
import { encodeMessage } from '../../shared/messages/index.js';
import { type Peer } from '../../shared/peer/index.js';
import { describeWithChromium } from '../setup/tools.js';
import { connect, reach } from './harness.js';
import { benchWithNode, respond } from './own-node.js';

/** The last byte of a packet is one of its tag. */
const withLastByteChanged = (chunk: Uint8Array): Uint8Array =>
  chunk.map((byte, at) => (at === chunk.length - 1 ? byte ^ 1 : byte));

const inMain = (page: Page) => page.getByRole('main').innerText();

describeWithChromium('nodes that are not as they should be', (chromium) => {
  const set = benchWithNode(chromium);

  /** A new page, connecting to what `serve` does. */
  const connectTo = async (behave: (socket: Socket) => void): Promise<Page> => {
    set.node.serve = behave;
    const page = await set.open();
    await connect(page, set.node.address);
    return page;
  };

  test('closed after the garbage terminator: the network is right, and the text does not blame it', async () => {
    const page = await connectTo((socket) => {
      const transport = V2Transport.responder({ network: networks.regtest, garbage: 0 });
      socket.once('data', (first) => {
        transport.receive(first);
        const flight = transport.takeOutput();
        // Key and terminator; the version packet is held back.
        socket.end(flight.subarray(0, 64 + 16));
      });
    });
    await reach(page, 'failed');
    const text = await inMain(page);
    expect(text).toContain('Its garbage terminator was found');
    expect(text).not.toMatch(/no terminator|Choose the network/);
  });

  test('reset after ready: the text says that the session was ready', async () => {
    let socket!: Socket;
    const page = await connectTo((accepted) => respond((socket = accepted)));
    await reach(page, 'ready');
    socket.resetAndDestroy();
    await reach(page, 'failed');
    const text = await inMain(page);
    expect(text).toContain('The session was ready');
    expect(text).not.toContain('before both sides were ready');
  });

  test('a changed tag after ready: a row of its own, and the handshake stays what it was', async () => {
    let peer!: Peer;
    let bend = false;
    const page = await connectTo((socket) => {
      peer = respond(socket, { garbage: 0 }, (chunk) => (bend ? withLastByteChanged(chunk) : chunk));
    });
    await reach(page, 'ready');
    const crossed = /[\d,]+ bytes crossed/;
    const before = crossed.exec(await inMain(page))![0];
    bend = true;
    peer.sendDecoy(100);
    await reach(page, 'failed');
    const text = await inMain(page);
    expect(text.match(/Nothing after it can be read/gi)).toHaveLength(1);
    expect(text).toMatch(/Packet \d+ does not authenticate/);
    expect(text).not.toContain('The stream ends here');
    expect(crossed.exec(text)![0]).toBe(before);
    await page.goto(`${set.product.url}/#/messages`);
    await page.getByRole('option', { name: /received unread/ }).click();
    await page
      .getByRole('group', { name: 'Bytes as they came, still encrypted, 120 bytes, in hex' })
      .waitFor();
    await set.opened.screenshot('unread');
  });

  test('a large decoy first: the page shows a bounded part, and what is larger still is a message', async () => {
    const page = await connectTo((socket) => respond(socket, { garbage: 0, decoys: [100_000, 300_000] }));
    await reach(page, 'ready');
    const decoys = page.getByRole('link', { name: /A decoy of theirs/ });
    await decoys.first().waitFor();
    expect(await decoys.count()).toBe(1);
    await decoys.click();
    await expect
      .poll(() => inMain(page))
      .toMatch(/A decoy of theirs[^]*As the first packet it also authenticates/);
    await page.getByRole('button', { name: 'Show 8,064 more bytes' }).click();
    await page.getByText('91,808 further bytes can be copied, and are not shown.').waitFor();
    await set.opened.screenshot('large-decoy');
    await page.getByRole('link', { name: /Their version packet/ }).click();
    await page.getByRole('heading', { name: 'Their version packet' }).waitFor();
    expect(await inMain(page)).not.toContain('As the first packet');
    await page.goto(`${set.product.url}/#/messages`);
    await page.getByRole('option', { name: /received decoy 300,020 B/ }).waitFor();
  });

  test('an inventory of 50,000 types is one short row', async () => {
    let peer!: Peer;
    const page = await connectTo((socket) => (peer = respond(socket)));
    await reach(page, 'ready');
    const hash = new Uint8Array(32);
    const inventory = Array.from({ length: 50_000 }, (_, type) => ({ type: 1000 + type, hash }));
    peer.sendRaw('inv', encodeMessage('inv', { inventory }));
    await page.goto(`${set.product.url}/#/messages`);
    const row = page.getByRole('option', { name: /received inv/ });
    await row.waitFor();
    expect(await row.innerText()).toMatch(/and 49,997 more kinds/);
    await row.click();
    await page.getByRole('treeitem', { name: /^inventory 50000 entries/ }).waitFor();
    await page.getByRole('group', { name: 'Payload, 1,800,003 bytes, in hex' }).waitFor();
    await set.opened.screenshot('inventory');
    // Esc closes it and gives the focus back to the list.
    await page.getByRole('button', { name: 'Close', exact: true }).focus();
    await page.keyboard.press('Escape');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('listbox');
  });

  test('leaving the page ends the session, and the page that may come back says so', async () => {
    let gone!: Promise<unknown>;
    const page = await connectTo((socket) => {
      gone = once(socket, 'end');
      respond(socket);
    });
    await reach(page, 'ready');
    await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })));
    await gone;
    await reach(page, 'closed');
  });

  test('the demo node with a port, whatever network is chosen', async () => {
    const page = await set.open();
    await connect(page, 'demo:8333', 'Mainnet');
    await reach(page, 'ready');
  });

  test('a link fills the form once: Back keeps what was typed since', async () => {
    const page = await set.open('#/connect?node=203.0.113.5:8333');
    const field = page.getByLabel('Node address', { exact: true });
    await expect.poll(() => field.inputValue()).toBe('203.0.113.5:8333');
    await field.fill('typed.example');
    await page.getByRole('link', { name: 'Messages' }).click();
    await page.getByRole('heading', { name: 'Messages', level: 1 }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: /^Every byte/ }).waitFor();
    expect(await field.inputValue()).toBe('typed.example');
  });
});
