/** Messages as a file of JSON Lines: what a line holds, and what is left out for want of room. */
import { expect, test } from 'vitest';
import { toHex } from '../../shared/bytes.js';
import { encodeMessage } from '../../shared/messages/index.js';
import { MAX_PAYLOAD_BYTES } from '../../web/worker/limits.js';
import { MessageLog } from '../../web/worker/message-log.js';
import { PairWatch } from '../../web/worker/pair-watch.js';
import { savedMessages } from '../../web/worker/save-messages.js';

const startedAt = Date.UTC(2026, 0, 2, 3, 4, 5);

function logOf(messages: readonly (readonly [type: string, payload: Uint8Array])[]): MessageLog {
  const log = new MessageLog(new PairWatch('regtest'));
  messages.forEach(([type, payload], at) =>
    log.add(
      {
        direction: 'received',
        bytes: new Uint8Array(),
        fields: [],
        v1Message: { type, payload, checksum: 'right' },
      } as never,
      at,
    ),
  );
  return log;
}

const save = (log: MessageLog, messages: readonly number[], started = startedAt) =>
  savedMessages(log, { messages, startedAt: started }, 'regtest');
const linesOf = async (blob: Blob) =>
  (await blob.text())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('a line holds direction, time, type, the decoded value and the bytes; what is not decoded has no value', async () => {
  const ping = encodeMessage('ping', { nonce: 2n ** 63n });
  const log = logOf([
    ['ping', ping],
    ['zzz', Uint8Array.of(0, 255)],
    ['headers', Uint8Array.of(5)],
  ]);
  const { blob, name, ...counts } = await save(log, [0, 1, 2]);
  expect(counts).toEqual({ saved: 3, gone: 0, beyond: 0 });
  expect(name).toBe('peerglass-regtest-2026-01-02T0304-messages.jsonl');
  const common = { direction: 'received' };
  expect(await linesOf(blob)).toEqual([
    {
      ...common,
      index: 0,
      at: 0,
      time: '2026-01-02T03:04:05.000Z',
      type: 'ping',
      role: 'message',
      value: { nonce: '9223372036854775808' },
      hex: toHex(ping),
    },
    {
      ...common,
      index: 1,
      at: 1,
      time: '2026-01-02T03:04:05.001Z',
      type: 'zzz',
      role: 'unknown',
      value: null,
      hex: '00ff',
    },
    {
      ...common,
      index: 2,
      at: 2,
      time: '2026-01-02T03:04:05.002Z',
      type: 'headers',
      role: 'message',
      value: null,
      hex: '05',
    },
  ]);
});

test('a start that is no time leaves the time out', async () => {
  const { blob, name } = await save(logOf([['verack', new Uint8Array()]]), [0], NaN);
  expect(name).toBe('peerglass-regtest-messages.jsonl');
  expect(await linesOf(blob)).toMatchObject([{ type: 'verack', time: null }]);
});

test('what is no longer kept, and what would make the file too large, is counted and not in it', async () => {
  const large = new Uint8Array(4_000_000).fill(7);
  const count = Math.floor(MAX_PAYLOAD_BYTES / large.length) + 3;
  const log = logOf([
    ...Array.from({ length: count }, () => ['zzz', large] as const),
    ...Array.from({ length: 10 }, () => ['ping', new Uint8Array(8)] as const),
  ]);
  const [first, end] = [log.payloadsFrom, count + 10];
  expect(first).toBeGreaterThan(0);
  const pings = Array.from({ length: 10 }, (_, at) => count + at);
  const most = 1000;
  const { blob, saved, gone, beyond } = await savedMessages(
    log,
    { messages: [0, ...pings], startedAt },
    'regtest',
    most,
  );
  expect(gone).toBe(1);
  expect(saved).toBeGreaterThan(3);
  expect(saved + gone + beyond).toBe(11);
  expect(blob.size).toBeLessThanOrEqual(most);
  expect((await linesOf(blob)).at(-1)).toMatchObject({ index: count + saved - 1 });
  // One that is too large by itself ends the file before its hex is made.
  const none = await savedMessages(log, { messages: [end - 11, end - 1], startedAt }, 'regtest', most);
  expect(none).toMatchObject({ saved: 0, gone: 0, beyond: 2 });
});
