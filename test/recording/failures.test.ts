/** Sessions that go wrong, each in its own way, and how their recordings tell it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { V2Transport, type Role, type TraceEntry } from '../../shared/bip324/index.js';
import { ascii, concatBytes } from '../../shared/bytes.js';
import { networks } from '../../shared/networks.js';
import { readRecording, Recorder, writeRecording } from '../../shared/recording/index.js';
import { network, seededRandom } from '../bip324/helpers.js';
import { replayed, revealed, type Live } from './sessions.js';

const pieces = fc.array(fc.integer({ min: 1, max: 6000 }), { minLength: 1, maxLength: 5 });

interface Recorded {
  transport: V2Transport;
  recorder: Recorder;
  live: Live;
}

function recorded(role: Role, options: { maxContents?: number } = {}): Recorded {
  const live: Live = [];
  const recorder = new Recorder({
    protocol: 'v2',
    network: 'regtest',
    role,
    startedAt: '2026-01-31T12:00:00Z',
    software: { name: 'test', version: '1' },
    ...options,
  });
  const entry = (entry: TraceEntry) => {
    live.push({ at: 1, entry });
    recorder.observe(entry, 1);
  };
  const random = seededRandom(9);
  const observer = { secrets: 'include' as const, entry };
  return {
    transport: V2Transport[role]({ network, garbage: 50, random, observer, ...options }),
    recorder,
    live,
  };
}

function feed({ transport }: Recorded, bytes: Uint8Array, sizes: readonly number[]): string | undefined {
  let piece = 0;
  let last: string | undefined;
  for (let at = 0; at < bytes.length;) {
    const taken = bytes.subarray(at, at + sizes[piece++ % sizes.length]!);
    for (const event of transport.receive(taken))
      last = event.type === 'error' ? event.error.code : event.type;
    at += taken.length;
  }
  return last;
}

async function expectReplay({ recorder, live, transport }: Recorded): Promise<void> {
  transport.end();
  recorder.end({ state: 'failed' }, 1);
  const { recording } = recorder;
  const read = await readRecording(writeRecording(recording, recording.header.level));
  if (read.state !== 'whole') throw new Error(read.state);
  const again = replayed(read.recording);
  expect(again).toEqual(live);
  expect(revealed(again)).toEqual(revealed(live));
}

const version = concatBytes(ascii('version'), new Uint8Array(5));
const noise = seededRandom(4)(6000);

describe('a peer that', () => {
  const cases: [string, Role, Uint8Array, string][] = [
    ['speaks v1 to our responder', 'responder', concatBytes(network.magic, version, noise), 'v1'],
    [
      'speaks v1 of another network',
      'responder',
      concatBytes(networks.main.magic, version, noise),
      'v1-wrong-network',
    ],
    [
      'speaks v1 of no network that we know',
      'responder',
      concatBytes(Uint8Array.of(1, 2, 3, 4), version, noise),
      'v1-wrong-network',
    ],
    ['sends noise to our responder', 'responder', noise, 'missing-garbage-terminator'],
    ['sends noise to our initiator', 'initiator', noise, 'missing-garbage-terminator'],
  ];
  test.each(cases)('%s', async (_, role, bytes, code) => {
    await fc.assert(
      fc.asyncProperty(pieces, async (sizes) => {
        const us = recorded(role);
        expect(feed(us, bytes, sizes)).toBe(code);
        await expectReplay(us);
      }),
      { numRuns: 20 },
    );
  });

  test('sends a packet that is larger than we take', async () => {
    await fc.assert(
      fc.asyncProperty(pieces, async (sizes) => {
        const us = recorded('initiator', { maxContents: 100 });
        const them = V2Transport.responder({ network, random: seededRandom(5) });
        them.receive(us.transport.takeOutput());
        feed(us, them.takeOutput(), sizes);
        them.receive(us.transport.takeOutput());
        them.send('ping', new Uint8Array(8));
        them.send('tx', new Uint8Array(100));
        them.send('ping', new Uint8Array(8));
        expect(feed(us, them.takeOutput(), sizes)).toBe('packet-too-large');
        await expectReplay(us);
      }),
      { numRuns: 20 },
    );
  });

  test('says nothing', async () => {
    for (const role of ['initiator', 'responder'] as const) await expectReplay(recorded(role));
  });
});
