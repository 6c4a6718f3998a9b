/** Whose bytes the trace's are: copies, unless its observer says that nobody changes a payload. */
import { expect, test } from 'vitest';
import type { TraceEntry, TraceObserver } from '../../shared/bip324/index.js';
import { exchange, pair } from './helpers.js';

const PAYLOAD = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 13) & 0xff);

/** Our responder gets one long message, in small reads, and somebody changes the payload afterwards. */
function changedAfterwards(contents: TraceObserver['contents']): { told: Uint8Array; wire: Uint8Array } {
  const trace: TraceEntry[] = [];
  const observer: TraceObserver = {
    ...(contents && { contents }),
    entry: (entry) => void trace.push(entry),
  };
  const sides = pair({ garbage: 0 }, { garbage: 0, observer });
  exchange(sides);
  sides.initiator.transport.send('block', PAYLOAD);
  exchange(sides, () => 16_384);
  const event = sides.responder.events.find(({ type }) => type === 'message');
  if (event?.type !== 'message') throw new Error('no message came');
  expect(event.payload).toEqual(PAYLOAD);
  event.payload.fill(0);
  const entry = trace.find(({ packet }) => packet?.message?.type === 'block');
  return { told: entry!.packet!.message!.payload, wire: entry!.bytes };
}

test.each([undefined, 'copied'] as const)('contents %s: the trace stays as it was', (contents) => {
  const { told, wire } = changedAfterwards(contents);
  expect(told).toEqual(PAYLOAD);
  expect(wire).toHaveLength(PAYLOAD.length + 21);
});

test('contents shared: the trace holds the very bytes of the event', () => {
  const { told, wire } = changedAfterwards('shared');
  expect(told).toEqual(new Uint8Array(PAYLOAD.length));
  // What was on the wire is the trace's own in any case, in memory of its own size.
  expect(wire.some((byte) => byte !== 0)).toBe(true);
  expect(wire.buffer.byteLength).toBe(PAYLOAD.length + 21);
});
