/** Payloads that lie: the errors are typed and name field and offset; work and memory are bounded by the bytes that came. */
import { describe, expect, test } from 'vitest';
import { concatBytes } from '../../shared/bytes.js';
import {
  type DecodedMessage,
  DecodeError,
  decodeMessage,
  type DecodedType,
  encodeMessage,
  fieldsOf,
} from '../../shared/messages/index.js';
import { countsIn, lies, withLie } from '../fuzz/lies.js';
import { collectGarbage } from '../fuzz/memory.js';
import { countReads } from '../fuzz/reads.js';
import { corpus } from '../fuzz/speech.js';
import { types } from './arbitraries.js';

function decodeBounded(type: DecodedType, payload: Uint8Array): DecodedMessage {
  const { reads, result } = countReads(() => decodeMessage(type, payload));
  expect(reads).toBeLessThanOrEqual(4 * payload.length + 32);
  return result;
}

function expectNamed(message: DecodedMessage, payload: Uint8Array): void {
  if (message.kind === 'decoded') return;
  if (message.kind === 'opaque') throw new Error('it has a codec');
  const { error } = message;
  if (!(error instanceof DecodeError)) throw new Error('an error without a type');
  if (error.offset < 0 || error.offset > payload.length) throw new Error(`an error at ${error.offset}`);
  if ((error.field === '') !== (error.code === 'trailing-bytes'))
    throw new Error(`no field: ${error.message}`);
  if (error.hint === '') throw new Error('an error without a hint');
}

describe.each(types)('%s', (type) => {
  const payloads = corpus.get(type)!.filter((payload) => payload.length < 20_000);

  test('truncated at every byte', () => {
    for (const payload of payloads.slice(0, 6)) {
      const step = Math.ceil(payload.length / 1500);
      for (let length = 0; length < payload.length; length += step) {
        const cut = payload.subarray(0, length);
        const message = decodeBounded(type, cut);
        expectNamed(message, cut);
        if (type !== 'version') expect(message.kind).toBe('malformed');
      }
    }
  });

  test('every count and length a lie', () => {
    for (const payload of payloads.slice(0, 12)) {
      for (const count of countsIn(fieldsOf(type, payload)!).slice(0, 60)) {
        for (const lie of lies) {
          const lying = withLie(payload, count, lie);
          expectNamed(decodeBounded(type, lying), lying);
        }
      }
    }
  });

  test('nothing but the largest numbers, and nothing but zeros', () => {
    for (const byte of [0xff, 0xfe, 0xfd, 0x00, 0x01]) {
      const payload = new Uint8Array(2000).fill(byte);
      expectNamed(decodeBounded(type, payload), payload);
    }
  });
});

describe('as large as a message may be', () => {
  const MAX_PAYLOAD = 4_000_000;
  const header = new Uint8Array(80);
  const varInt = (n: number) => {
    const bytes = new Uint8Array(5);
    bytes[0] = 0xfe;
    new DataView(bytes.buffer).setUint32(1, n, true);
    return bytes;
  };
  const repeated = (count: number, ...entry: number[]) =>
    new Uint8Array(count * entry.length).map((_, i) => entry[i % entry.length]!);
  const input = concatBytes(new Uint8Array(36).fill(1), Uint8Array.of(0), new Uint8Array(4));
  const witnessed = (stack: Uint8Array) =>
    concatBytes(Uint8Array.of(2, 0, 0, 0, 0, 1, 1), input, Uint8Array.of(0), stack, new Uint8Array(4));
  const millions = MAX_PAYLOAD - 200;
  const emptyItems = witnessed(concatBytes(varInt(millions), new Uint8Array(millions)));
  const smallItems = witnessed(concatBytes(varInt(millions / 2), repeated(millions / 2, 1, 7)));
  const smallest = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  const smallestTransactions = concatBytes(
    header,
    varInt(MAX_PAYLOAD / 10 - 20),
    repeated(MAX_PAYLOAD / 10 - 20, ...smallest),
  );
  const manyInputs = concatBytes(
    Uint8Array.of(2, 0, 0, 0),
    varInt(90_000),
    repeated(90_000, ...input),
    new Uint8Array(5),
  );
  const cases: [string, DecodedType, Uint8Array][] = [
    ['a transaction of empty witness items', 'tx', emptyItems],
    ['a transaction of witness items of a byte', 'tx', smallItems],
    ['a transaction of inputs', 'tx', manyInputs],
    ['a block of one such transaction', 'block', concatBytes(header, Uint8Array.of(1), smallItems)],
    ['a block of the smallest transactions', 'block', smallestTransactions],
    [
      'transactions that were missing',
      'blocktxn',
      concatBytes(new Uint8Array(32), smallestTransactions.subarray(80)),
    ],
    ['hashes', 'cfcheckpt', concatBytes(new Uint8Array(33), varInt(120_000), new Uint8Array(120_000 * 32))],
    ['an inventory', 'inv', concatBytes(Uint8Array.of(0xfd, 0x50, 0xc3), new Uint8Array(50_000 * 36))],
  ];

  const heldBytes = () => {
    // What the first one finds is given back by the second.
    collectGarbage();
    collectGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };

  test.each(cases)('%s', (_, type, payload) => {
    expect(payload.length).toBeLessThanOrEqual(MAX_PAYLOAD + 200);
    const before = heldBytes();
    const decoded = decodeBounded(type, payload);
    const grown = heldBytes() - before;
    expect(decoded.kind).toBe('decoded');
    expect(grown).toBeLessThanOrEqual(16 * payload.length);
    if (decoded.kind === 'decoded')
      expect(Buffer.compare(encodeMessage(type, decoded.value as never), payload)).toBe(0);
  });

  test.each(cases)('%s, cut short or too long', (_, type, payload) => {
    for (const damaged of [payload.subarray(0, -1), concatBytes(payload, Uint8Array.of(0))]) {
      const before = heldBytes();
      const message = decodeBounded(type, damaged);
      expectNamed(message, damaged);
      expect(message.kind).toBe('malformed');
      expect(heldBytes() - before).toBeLessThanOrEqual(4 * damaged.length);
    }
  });

  test.each(cases)('%s, opened in the field tree', (_, type, payload) => {
    const before = heldBytes();
    let node = fieldsOf(type, payload)!;
    // Into the largest part, again and again.
    while (node.children.length > 0) {
      const { children } = node;
      node = children.slice(0, 8).reduce((a, b) => (b.end - b.start > a.end - a.start ? b : a));
    }
    expect(node.text.length).toBeLessThan(2000);
    expect(heldBytes() - before).toBeLessThanOrEqual(24 * payload.length);
  });
});
