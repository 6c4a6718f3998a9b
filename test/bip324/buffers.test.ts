/** Node's Buffer is a Uint8Array whose slice() shares memory: what is promised to be a copy must be one all the same. */
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { deriveSessionKeys, FSChaCha20, PacketCipher, V2Transport } from '../../shared/bip324/index.js';
import { nobleEngine } from '../../shared/engine/index.js';
import { decodeMessage, encodeMessage, hashToString } from '../../shared/messages/index.js';
import { exchange, feed, messages, network, pair, sentBytes, side } from './helpers.js';

const bufferKeys = () =>
  Object.fromEntries(
    Object.entries(deriveSessionKeys(new Uint8Array(32), network.magic)).map(([name, key]) => [
      name,
      Buffer.from(key),
    ]),
  ) as unknown as ReturnType<typeof deriveSessionKeys>;

test('two packet ciphers on the same keys go through rekeyings, and the keys stay as they were', () => {
  const keys = bufferKeys();
  const ours = new PacketCipher(keys, 'initiator');
  const theirs = new PacketCipher(keys, 'responder');
  for (let i = 0; i < 500; i++) {
    const wire = Buffer.from(ours.encrypt(Buffer.from([i & 0xff])));
    expect(theirs.decryptLength(wire.subarray(0, 3))).toBe(1);
    expect(theirs.decrypt(wire.subarray(3))?.contents[0]).toBe(i & 0xff);
  }
  expect(keys).toEqual(bufferKeys());
});

test('a destroyed sealer wipes its own keys, not the caller’s', () => {
  const keys = bufferKeys();
  nobleEngine.sealer(keys.initiatorL, keys.initiatorP).destroy();
  expect(keys).toEqual(bufferKeys());
});

test('crypt returns new bytes', () => {
  const chunk = Buffer.from('abc');
  new FSChaCha20(Buffer.alloc(32, 1)).crypt(chunk);
  expect(chunk.toString()).toBe('abc');
});

test('a session is reproduced from its recorded randomness, more than once', () => {
  const recorded = randomBytes(100_000);
  const copy = Buffer.from(recorded);
  const replay = () => {
    let at = 0;
    const both = pair({ random: (length) => recorded.subarray(at, (at += length)) }, { garbage: 0 });
    exchange(both);
    return both;
  };
  const [first, second] = [replay(), replay()];
  const key = (both: typeof first) => sentBytes(both.initiator).subarray(0, 64);
  expect(key(second)).toEqual(key(first));
  expect(recorded.equals(copy)).toBe(true);
});

test('what is queued before the keys, garbage and version contents are copies', () => {
  const [payload, garbage, versionContents] = [
    Buffer.from('12345678'),
    Buffer.alloc(20, 7),
    Buffer.from('v'),
  ];
  const both = pair({ garbage, versionContents }, { garbage: 0 });
  both.initiator.transport.send('ping', payload);
  for (const buffer of [payload, garbage, versionContents]) buffer.fill(0);
  exchange(both);
  expect(messages(both.responder)).toEqual([{ type: 'ping', payload: new TextEncoder().encode('12345678') }]);
  expect(both.responder.events).toContainEqual({ type: 'ready', contents: new TextEncoder().encode('v') });
});

test('received Buffers are neither kept nor changed', () => {
  const initiator = side('initiator', { garbage: 0 });
  const responder = V2Transport.responder({ network, garbage: 0 });
  responder.receive(initiator.transport.takeOutput());
  const flight = Buffer.from(responder.takeOutput());
  const copy = Buffer.from(flight);
  feed(initiator, flight.subarray(0, 70));
  flight.fill(0, 0, 70);
  feed(initiator, flight.subarray(70));
  expect(initiator.transport.state.receive).toBe('application');
  expect(flight.subarray(70).equals(copy.subarray(70))).toBe(true);
});

test('showing a hash leaves it as it is', () => {
  const payload = Buffer.from(
    encodeMessage('inv', { inventory: [{ type: 1, hash: Uint8Array.from({ length: 32 }, (_, i) => i) }] }),
  );
  const shown = () => {
    const inv = decodeMessage('inv', payload);
    return inv.kind === 'decoded' && inv.type === 'inv' ? hashToString(inv.value.inventory[0]!.hash) : '';
  };
  expect(shown()).toMatch(/^1f1e.*0100$/);
  expect(shown()).toMatch(/^1f1e.*0100$/);
});
