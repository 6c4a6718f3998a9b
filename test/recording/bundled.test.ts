/** The recording that the page carries holds what a lesson needs; so does one that is made anew. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  readRecording,
  Replayer,
  verifyRecording,
  writeRecording,
  type Recording,
} from '../../shared/recording/index.js';
import { root } from '../setup/product.js';
import { describeWithNode } from '../setup/tools.js';
import { recordLesson } from './lesson-session.js';
import { fileOf, stepsOf } from './sessions.js';

const bundled = path.join(root, 'web/recordings/regtest.jsonl');
const MAX_FILE_BYTES = 300 * 1024;

/** The file of a recording, and what it holds. */
async function expectLesson(file: Uint8Array): Promise<void> {
  expect(file.length).toBeLessThanOrEqual(MAX_FILE_BYTES);
  // Neither paths nor host names nor addresses of a machine.
  expect(new TextDecoder().decode(file)).not.toMatch(/\/(home|root|tmp|work|Users)\b|localhost|127\.0\.0\.1/);
  const read = await readRecording([file]);
  if (read.state !== 'whole') throw new Error(JSON.stringify(read));
  const { recording } = read;
  expect(recording.header).toMatchObject({
    level: 'ephemeral-key',
    network: 'regtest',
    role: 'initiator',
    protocol: 'v2',
  });
  expect(recording.header.peer?.userAgent).toMatch(/^\/Satoshi:/);
  expect(await verifyRecording(recording)).toMatchObject({ state: 'same', unread: { sent: 0, received: 0 } });
  expectContents(recording);
}

function expectContents(recording: Recording): void {
  const replayer = new Replayer(recording);
  expect(replayer.readsWith).toBe('ephemeral-key');
  const entries = stepsOf(replayer).flatMap((step) => (step.kind === 'v2' ? [step.entry] : []));
  const of = (direction: string) => entries.filter((entry) => entry.direction === direction);
  const types = (direction: string) =>
    new Set(of(direction).flatMap(({ packet }) => (packet?.message ? [packet.message.type] : [])));

  expect([...types('sent')]).toEqual(
    expect.arrayContaining([
      ...[
        'version',
        'verack',
        'wtxidrelay',
        'sendaddrv2',
        'sendheaders',
        'sendcmpct',
        'feefilter',
        'ping',
        'pong',
      ],
      ...['getheaders', 'getdata', 'getblocktxn', 'getcfheaders', 'getcfilters', 'mempool'],
    ]),
  );
  expect([...types('received')]).toEqual(
    expect.arrayContaining([
      ...['version', 'verack', 'wtxidrelay', 'sendaddrv2', 'sendcmpct', 'feefilter', 'ping', 'pong'],
      ...['headers', 'block', 'cmpctblock', 'blocktxn', 'cfheaders', 'cfilter', 'inv', 'tx'],
    ]),
  );
  expect(of('sent').filter(({ step }) => step === 'garbage')).toHaveLength(1);
  expect(of('sent').filter(({ packet }) => packet?.role === 'decoy').length).toBeGreaterThanOrEqual(2);
  for (const direction of ['sent', 'received']) {
    const packets = of(direction).flatMap(({ packet }) => packet ?? []);
    expect(packets.some(({ rekeyed }) => rekeyed)).toBe(true);
    expect(packets.at(-1)!.epoch).toBeGreaterThanOrEqual(1);
  }
  expect(entries.some(({ step }) => step === 'cut')).toBe(false);
  // Long enough to watch, short enough to sit through.
  expect(replayer.durationMs).toBeGreaterThan(3000);
  expect(replayer.durationMs).toBeLessThan(90_000);
}

describe('the recording of the page', () => {
  test('is whole, re-derives to its every byte, and has what a lesson needs', async () => {
    await expectLesson(new Uint8Array(fs.readFileSync(bundled)));
  });
});

describeWithNode('a session with a real node', () => {
  test('recorded anew, has the same', async () => {
    const recording = await recordLesson();
    const file = fileOf(writeRecording(recording, 'ephemeral-key'));
    await expectLesson(file);
    if (process.env['PEERGLASS_RECORD'] === undefined) return;
    fs.mkdirSync(path.dirname(bundled), { recursive: true });
    fs.writeFileSync(bundled, file);
    console.log(`wrote ${file.length} bytes to ${path.relative(root, bundled)}`);
  }, 180_000);
});
