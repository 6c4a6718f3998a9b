/** What a session showed while it ran, its recording shows again: byte by byte, secret by secret. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  readRecording,
  writeRecording,
  Replayer,
  type RecordingLevel as Level,
} from '../../shared/recording/index.js';
import { fileOf, play, plans, replayed, revealed, stepsOf, type Live } from './sessions.js';

const runs = { numRuns: 30 };

function expectSame(again: Live, live: Live): void {
  expect(again).toEqual(live);
  expect(revealed(again)).toEqual(revealed(live));
}

describe('random v2 sessions in both roles, however they are cut and end', () => {
  test('replay as the same trace, with the same secrets', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const { recording, live } = play(plan);
        expectSame(replayed(recording), live);
        if (live.some(({ entry }) => entry.step === 'terminator'))
          expect(new Replayer(recording).readsWith).toBe('ephemeral-key');
      }),
      runs,
    );
  });

  test('also through a file, at both levels that hold the ephemeral key', async () => {
    await fc.assert(
      fc.asyncProperty(plans, fc.constantFrom<Level>('ephemeral-key', 'plaintext'), async (plan, level) => {
        const { recording, live } = play(plan);
        if (recording.header.level === 'ciphertext') return; // a responder that sent nothing made no key
        const read = await readRecording(writeRecording(recording, level));
        if (read.state !== 'whole') throw new Error(JSON.stringify(read));
        expectSame(replayed(read.recording), live);
        expect(fileOf(writeRecording(read.recording, level))).toEqual(
          fileOf(writeRecording(recording, level)),
        );
      }),
      runs,
    );
  });

  test('with session keys alone: the same packets, and nothing of how the keys came about', async () => {
    await fc.assert(
      fc.asyncProperty(plans, async (plan) => {
        const { recording, live } = play(plan);
        if (!live.some(({ entry }) => entry.packet)) return;
        const read = await readRecording(writeRecording(recording, 'session-keys'));
        if (read.state !== 'whole') throw new Error(JSON.stringify(read));
        expect(read.recording.secrets.reveal().ephemeralKey).toBeUndefined();
        const withoutKeyDerivations = live.map(({ at, entry }) => ({
          at,
          entry: entry.step === 'key' ? { ...entry, derivations: [] } : entry,
        }));
        expectSame(replayed(read.recording), withoutKeyDerivations as Live);
      }),
      runs,
    );
  });

  test('as ciphertext: two keys, and bytes of which nothing is said; every byte in its place', async () => {
    await fc.assert(
      fc.asyncProperty(plans, async (plan) => {
        const { recording, live } = play(plan);
        const read = await readRecording(writeRecording(recording));
        if (read.state !== 'whole') throw new Error(JSON.stringify(read));
        const again = replayed(read.recording);
        for (const direction of ['sent', 'received'] as const) {
          const of = (trace: Live) => trace.filter(({ entry }) => entry.direction === direction);
          const stream = (trace: Live) => fileOf(of(trace).map(({ entry }) => entry.bytes));
          expect(stream(again)).toEqual(stream(live));
          let at = 0;
          for (const field of of(again).flatMap(({ entry }) => entry.fields)) {
            expect(field.start).toBe(at);
            at = field.end;
            expect(['ellswift', 'unread', 'v1']).toContain(field.kind);
          }
          const ids = of(again).flatMap(({ entry }) => entry.fields.map(({ id }) => id));
          expect(new Set(ids).size).toBe(ids.length);
          if (stream(live).length >= 64 && direction === 'sent')
            expect(of(again)[0]!.entry).toMatchObject({ step: 'key', fields: [{ start: 0, end: 64 }] });
        }
        expect(revealed(again)).toEqual([]);
      }),
      runs,
    );
  });
});

test('random v1 sessions replay as the same trace', async () => {
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      const { recording, live } = play(plan, 'v1');
      expectSame(replayed(recording), live);
      const read = await readRecording(writeRecording(recording));
      if (read.state !== 'whole') throw new Error(JSON.stringify(read));
      expect(read.recording.header.level).toBe('plaintext');
      expectSame(replayed(read.recording), live);
    }),
    runs,
  );
});

test('advance plays what was due, in slices too', () => {
  fc.assert(
    fc.property(
      plans,
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 5 }),
      (plan, tick, limit) => {
        const { recording } = play(plan);
        const all = stepsOf(new Replayer(recording));
        const replayer = new Replayer(recording);
        const played = [];
        for (let now = 0; !replayer.done; now += tick) {
          for (;;) {
            const due = replayer.advance(now, limit);
            for (const { at } of due) expect(at).toBeLessThanOrEqual(now);
            expect(due.length).toBeLessThanOrEqual(limit);
            played.push(...due);
            if (due.length < limit) break;
          }
          if (replayer.nextAt !== undefined) expect(replayer.nextAt).toBeGreaterThan(now);
        }
        expect(played).toEqual(all);
        expect(replayer.position).toBe(recording.items.length);
      },
    ),
    runs,
  );
});
