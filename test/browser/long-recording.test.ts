/** A recording of 100,000 packets: it opens, scrolls and is filtered without holding up the page. */
import path from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../setup/processes.js';
import { describeWithChromium } from '../setup/tools.js';
import { bench, openRecording, replayed } from './harness.js';
import { rowCount, nonce, PINGS, readLongLogs } from './long-logs.js';
import { PageWork } from './page-work.js';
import { recordedSession, saveRecording } from './recorded-session.js';

describeWithChromium('a recording of 100,000 packets', (chromium) => {
  const set = bench(chromium);
  const folder = temporaryFolder('long-recording');

  test('opens, scrolls and is filtered in Stream and in Messages, each task of the page below 50 ms', async () => {
    const recording = recordedSession('v2', ({ theirs, ours, carry }) => {
      for (let at = 0; at < PINGS; at++) {
        theirs.send('ping', nonce(at));
        carry();
        ours.send('pong', nonce(at));
        carry();
      }
    });
    const file = saveRecording(recording, 'ephemeral-key', path.join(folder.path, 'long.jsonl'));
    const page = await set.open('', { viewport: { width: 1280, height: 900 } });
    await replayed(page);
    const work = new PageWork(set.browser, page);
    // The list is on screen while the rows come.
    await work.measured('opening the file, in Stream', async () => {
      await openRecording(page, file);
      await page.evaluate(() => (location.hash = '#/stream'));
      await expect.poll(() => rowCount(page), { timeout: 120_000 }).toBeGreaterThan(2 * PINGS);
      await replayed(page);
    });
    expect(await page.getByTestId('session-id').innerText()).not.toBe('');
    await readLongLogs(page, work);
    await work.measured('replaying it to the end, in Messages', async () => {
      await page.getByRole('button', { name: 'Replay with its timing' }).click();
      await page.getByRole('button', { name: 'To the end' }).click();
      await expect.poll(() => rowCount(page), { timeout: 120_000 }).toBeGreaterThanOrEqual(2 * PINGS);
      await replayed(page);
    });
    work.expectNoLongTask();
    expect(set.opened.complaints).toEqual([]);
  }, 240_000);
});
