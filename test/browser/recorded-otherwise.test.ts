/** Recordings of sessions that are read otherwise than by their keys: over v1, and without keys. */
import path from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { type Recording, type RecordingLevel } from '../../shared/recording/index.js';
import { temporaryFolder } from '../setup/processes.js';
import { describeWithChromium } from '../setup/tools.js';
import { inBothLooks, sidewaysScroll, violations } from './axe.js';
import { bench, openRecording, replayed } from './harness.js';
import { recordedSession, saveRecording, type Conversation } from './recorded-session.js';

const screens = ['connect', 'handshake', 'stream', 'messages', 'identity', 'lab', 'recordings', 'reference'];

const talk = ({ ours, theirs, carry, wait }: Conversation): void => {
  for (let at = 0; at < 6; at++) {
    wait(400);
    theirs.send('ping', new Uint8Array(8).fill(at));
    ours.send('pong', new Uint8Array(8).fill(at));
    carry();
  }
};

describeWithChromium('recordings of', (chromium) => {
  const set = bench(chromium);
  const folder = temporaryFolder('recorded-otherwise');

  const show = async (name: string, recording: Recording, level: RecordingLevel): Promise<Page> => {
    const page = await set.open('', { bypassCSP: true });
    await replayed(page);
    await openRecording(page, saveRecording(recording, level, path.join(folder.path, `${name}.jsonl`)));
    await page.locator(`[data-source=recorded]`).waitFor();
    await page.waitForTimeout(300);
    await replayed(page);
    return page;
  };
  const go = (page: Page, screen: string) => page.evaluate((to) => (location.hash = `#/${to}`), screen);
  const look = async (page: Page, name: string) => {
    for (const screen of screens) {
      await go(page, screen);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForTimeout(200);
      await inBothLooks(page, async (how) => {
        expect.soft(await violations(page)).toEqual([]);
        expect.soft(await sidewaysScroll(page)).toBe(0);
        await set.opened.screenshot(`${name}-${screen}-${how}`);
      });
      console.log(screen, await page.getByRole('main').innerText());
    }
  };

  test('v1', async () => {
    const page = await show('v1', recordedSession('v1', talk), 'plaintext');
    await look(page, 'recorded-v1');
    expect(set.opened.complaints).toEqual([]);
  });

  test('keyless', async () => {
    const page = await show('keyless', recordedSession('v2', talk), 'ciphertext');
    await look(page, 'keyless');
    expect(set.opened.complaints).toEqual([]);
  });
});
