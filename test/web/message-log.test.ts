import { expect, test } from 'vitest';
import type { TraceEntry } from '../../shared/bip324/trace.js';
import { encodeBlock, type Block } from '../../shared/messages/index.js';
import { MessageLog } from '../../web/worker/message-log.js';
import { PairWatch } from '../../web/worker/pair-watch.js';
import { bigBlocks } from '../browser/big-blocks.js';

const log = () => new MessageLog(new PairWatch('regtest'));

function received(type: string, payload: Uint8Array): TraceEntry {
  return {
    direction: 'received',
    bytes: payload,
    fields: [],
    packet: { role: 'message', message: { type, payload } },
  } as unknown as TraceEntry;
}

test('a long message is decoded once: its very bytes are known, a copy of them is not', () => {
  const messages = log();
  const { bytes } = bigBlocks(1, 40_000)[0]!;
  const contents = new Uint8Array(bytes.length + 1);
  contents.set(bytes, 1);
  messages.add(received('block', contents.subarray(1)), 0);
  const decoded = messages.decoded(contents.subarray(1));
  expect(decoded).toMatchObject({ kind: 'decoded', type: 'block' });
  expect(encodeBlock((decoded as unknown as { value: Block }).value)).toEqual(bytes);
  expect(messages.decoded(bytes)).toBeUndefined();
  expect(messages.decoded(contents.subarray(1, 90))).toBeUndefined();
  // The latest one alone.
  messages.add(received('block', bytes), 1);
  expect(messages.decoded(contents.subarray(1))).toBeUndefined();
  expect(messages.decoded(bytes)).toMatchObject({ kind: 'decoded' });
});

test('what is short or malformed is left to the peer, which reads more leniently', () => {
  const messages = log();
  const ping = new Uint8Array(8);
  messages.add(received('ping', ping), 0);
  expect(messages.decoded(ping)).toBeUndefined();
  const { bytes } = bigBlocks(1, 40_000)[0]!;
  const trailing = Uint8Array.of(...bytes, 0);
  messages.add(received('block', trailing), 1);
  expect(messages.decoded(trailing)).toBeUndefined();
});
