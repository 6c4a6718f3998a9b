import { expect, test } from 'vitest';
import { handedOver } from '../../web/worker/handed-over.js';

test('what was made for the answer crosses without a copy; what the log keeps is copied', () => {
  const payload = new Uint8Array(1000).fill(1);
  expect(handedOver({ about: 'message', message: 0 }, { payload, fields: [] })).toEqual([payload.buffer]);
  const [bytes, contents, nonce, aad] = [20, 3, 12, 5].map((length) => new Uint8Array(length));
  const packet = { kind: 'packet', bytes, contents, nonce, aad };
  const crossing = handedOver({ about: 'packet', packet: 0 }, packet);
  expect(crossing).toEqual([bytes!.buffer, contents!.buffer]);
  structuredClone(packet, { transfer: crossing });
  expect([payload, bytes, contents, nonce, aad].map((array) => array!.length)).toEqual([1000, 0, 0, 12, 5]);
});

test('a view of something larger stays where it is, and no answer hands over nothing', () => {
  const kept = new Uint8Array(1000);
  expect(handedOver({ about: 'message', message: 0 }, { payload: kept.subarray(1), fields: [] })).toEqual([]);
  expect(handedOver({ about: 'message', message: 0 }, undefined)).toEqual([]);
  expect(handedOver({ about: 'packet', packet: 0 }, { kind: 'unread', bytes: new Uint8Array(0) })).toEqual(
    [],
  );
});
