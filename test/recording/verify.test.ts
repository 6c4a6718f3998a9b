/** What the key gives is compared with what was recorded; a change is found, and where. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex } from '../../shared/bytes.js';
import { verifyRecording, type Recording, type RecordedItem } from '../../shared/recording/index.js';
import { play, plans, type Plan } from './sessions.js';

const whole: Plan = {
  us: 'initiator',
  initiator: { garbage: 33, decoys: [5], version: 0 },
  responder: { garbage: 40, decoys: [], version: 3 },
  steps: [
    { from: 'initiator', what: { type: 'ping', form: 'short', size: 8 }, carry: 'both' },
    { from: 'responder', what: { burst: 230 }, carry: 'both' },
    { from: 'initiator', what: { burst: 230 }, carry: 'both' },
  ],
  ending: { how: 'end' },
  pieces: [1000],
  seed: 3,
};

test('every byte of random sessions, in both roles, with whatever end', async () => {
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      const { recording, live } = play(plan);
      const sent = (direction: string) =>
        live.reduce((sum, { entry }) => sum + (entry.direction === direction ? entry.bytes.length : 0), 0);
      const verdict = await verifyRecording(recording);
      if (recording.header.level === 'ciphertext') expect(verdict.state).toBe('impossible');
      else if ('at' in plan.ending && plan.ending.how === 'flip')
        expect(verdict.state).not.toBe('impossible');
      else
        expect(verdict).toMatchObject({
          state: 'same',
          bytes: { sent: sent('sent'), received: sent('received') },
        });
    }),
    { numRuns: 40 },
  );
});

/** The same recording with one bit of one direction flipped. */
function flipped(recording: Recording, direction: 'sent' | 'received', offset: number): Recording {
  let at = 0;
  const items = recording.items.map((item): RecordedItem => {
    if (item.kind !== 'chunk' || item.direction !== direction) return item;
    const here = offset - at;
    at += item.bytes.length;
    if (here < 0 || here >= item.bytes.length) return item;
    const bytes = item.bytes.slice();
    bytes[here]! ^= 4;
    return { ...item, bytes };
  });
  return { ...recording, items };
}

describe('a changed byte', () => {
  const { recording, live } = play(whole);

  test('without one: same', async () => {
    expect(await verifyRecording(recording)).toMatchObject({
      state: 'same',
      unread: { sent: 0, received: 0 },
      packets: { sent: 233, received: 231 },
    });
  });

  test('anywhere, in either direction: where it shows first', async () => {
    for (const direction of ['sent', 'received'] as const) {
      const entries = live.map(({ entry }) => entry).filter((entry) => entry.direction === direction);
      const firstPacket = entries.find(({ step }) => step === 'packet')!;
      for (const entry of [...entries.slice(0, 6), ...entries.slice(-3)]) {
        for (const within of [0, entry.bytes.length - 1]) {
          const verdict = await verifyRecording(flipped(recording, direction, entry.offset + within));
          // A last packet that says that it is longer looks like one that was cut.
          if (entry === entries.at(-1) && within === 0) {
            expect(verdict).toMatchObject({ state: 'same', unread: { [direction]: entry.bytes.length } });
            continue;
          }
          if (verdict.state !== 'different') throw new Error(`${entry.step} ${within}: ${verdict.state}`);
          // Another key, of either side, gives other terminators; which of the two streams shows it first is the order's.
          if (entry.step === 'key') {
            expect(['key', 'garbage terminator']).toContain(verdict.what);
            continue;
          }
          expect(verdict.direction).toBe(direction);
          const wanted = {
            garbage: { what: 'packet', offset: firstPacket.offset },
            terminator: { what: 'garbage terminator', offset: entry.offset + within },
            packet: { what: 'packet', offset: entry.offset },
          }[entry.step as 'garbage' | 'terminator' | 'packet'];
          expect(verdict).toMatchObject(wanted);
        }
      }
    }
  });

  test('where the plaintext is told, to the byte', async () => {
    const packet = live
      .map(({ entry }) => entry)
      .find((entry) => entry.direction === 'sent' && 'packet' in entry && entry.packet?.role === 'message')!;
    const contents = packet.fields.find(({ kind }) => kind === 'contents')!.value as Uint8Array;
    const index = 'packet' in packet ? packet.packet!.index : NaN;
    const told: RecordedItem = {
      kind: 'packet',
      at: 0,
      direction: 'sent',
      index,
      role: 'message',
      header: 0,
      contents,
    };
    const withPlaintext = { ...recording, items: [told, ...recording.items] };
    expect(await verifyRecording(withPlaintext)).toMatchObject({ state: 'same' });
    for (const within of [3, 5, packet.bytes.length - 1]) {
      const verdict = await verifyRecording(flipped(withPlaintext, 'sent', packet.offset + within));
      expect(verdict).toMatchObject({ state: 'different', what: 'packet', offset: packet.offset + within });
    }
    const lie = { ...told, contents: contents.map((byte) => byte ^ 1) };
    const verdict = await verifyRecording({ ...recording, items: [lie, ...recording.items] });
    expect(verdict).toMatchObject({ state: 'different', what: 'plaintext', direction: 'sent' });
    expect(JSON.stringify(verdict)).not.toContain(toHex(contents));
  });
});
