/** The search for the garbage terminator, wherever it is and however the bytes are cut. */
import { expect, test } from 'vitest';
import { ByteQueue, concatBytes, equalBytes, indexOfBytes } from '../../shared/bytes.js';
import { exchange, lastError, messages, pair, seededRandom, sentBytes, side } from './helpers.js';

const terminator = seededRandom(5)(16);

test('it is found at every position, from any byte of a longer buffer on', () => {
  for (let at = 0; at < 40; at++) {
    const bytes = concatBytes(new Uint8Array(at), terminator, new Uint8Array(9));
    expect(indexOfBytes(bytes, terminator)).toBe(at);
    expect(indexOfBytes(bytes, terminator, at)).toBe(at);
    expect(indexOfBytes(bytes, terminator, at + 1)).toBeUndefined();
    expect(indexOfBytes(bytes, terminator, 0, at + 16)).toBe(at);
    expect(indexOfBytes(bytes, terminator, 0, at + 15)).toBeUndefined();
  }
});

test('what only starts like it is passed over, also where it starts again inside', () => {
  const repeated = Uint8Array.from({ length: 16 }, (_, i) => (i < 15 ? 7 : 8));
  const bytes = concatBytes(new Uint8Array(30).fill(7), repeated);
  expect(indexOfBytes(bytes, repeated)).toBe(30);
  const starts = concatBytes(terminator.subarray(0, 15), terminator.subarray(0, 8), terminator);
  expect(indexOfBytes(starts, terminator)).toBe(23);
});

test('a queue is searched where it stands, after bytes were taken and after it grew', () => {
  const queue = new ByteQueue(4);
  queue.append(new Uint8Array(50).fill(terminator[0]!));
  queue.take(20);
  for (const byte of terminator) {
    expect(queue.indexOf(terminator, queue.length - 15)).toBeUndefined();
    queue.append(Uint8Array.of(byte));
  }
  expect(queue.indexOf(terminator, queue.length - 16)).toBe(30);
  expect(queue.indexOf(terminator, -5)).toBe(30);
  expect(queue.indexOf(terminator, 31)).toBeUndefined();
  expect(equalBytes(queue.peek(30), terminator)).toBe(true);
});

for (const [what, chunk] of [
  ['one byte at a time', () => 1],
  ['in reads of 15 bytes', () => 15],
  ['in reads of 1,460 bytes', () => 1460],
  ['in one read', () => Infinity],
] as const) {
  test(`the longest garbage comes ${what}`, () => {
    const both = pair({ garbage: 4095 }, { garbage: 4095 });
    exchange(both, chunk);
    both.initiator.transport.send('ping', Uint8Array.of(1, 2, 3));
    exchange(both, chunk);
    expect(messages(both.responder)).toEqual([{ type: 'ping', payload: Uint8Array.of(1, 2, 3) }]);
    expect(sentBytes(both.initiator).length).toBeGreaterThan(64 + 4095 + 16);
  });

  test(`bytes without a terminator fail after 4,111, ${what}`, () => {
    const peer = side('initiator');
    const bytes = seededRandom(6)(64 + 4111 + 100);
    for (let at = 0; at < bytes.length && lastError(peer) === undefined;) {
      const end = Math.min(bytes.length, at + chunk());
      peer.events.push(...peer.transport.receive(bytes.subarray(at, end)));
      at = end;
    }
    expect(lastError(peer)).toMatchObject({ code: 'missing-garbage-terminator' });
  });
}
