import { expect, test } from 'vitest';
import { ascii, concatBytes } from '../../shared/bytes.js';
import {
  decodeMessage,
  encodeMessage,
  unspecifiedAddress,
  type VersionMessage,
} from '../../shared/messages/index.js';

const whole: VersionMessage = {
  version: 70016,
  services: 0n,
  time: 0n,
  receiver: unspecifiedAddress(),
  sender: unspecifiedAddress(),
  nonce: 0n,
  userAgent: '',
  startHeight: 0,
  relay: false,
};
const payload = encodeMessage('version', whole);

function decoded(bytes: Uint8Array): VersionMessage {
  const message = decodeMessage('version', bytes);
  if (message.kind !== 'decoded' || message.type !== 'version') throw new Error(`it was ${message.kind}`);
  return message.value;
}

function withUserAgent(bytes: Uint8Array): Uint8Array {
  return concatBytes(payload.subarray(0, 80), Uint8Array.of(bytes.length), bytes, payload.subarray(81));
}

test('it may end before sender, user agent, height and relay, and nowhere else', () => {
  const ends = [];
  for (let length = 0; length <= payload.length; length++) {
    const message = decodeMessage('version', payload.subarray(0, length));
    if (message.kind === 'decoded' && message.type === 'version')
      ends.push([length, message.value.omittedFrom]);
  }
  expect(ends).toEqual([
    [46, 'sender'],
    [80, 'userAgent'],
    [81, 'startHeight'],
    [85, 'relay'],
    [86, undefined],
  ]);
});

test('what is assumed for one short message is not shared with the next', () => {
  const short = payload.subarray(0, 46);
  decoded(short).sender.ip.fill(9);
  expect(decoded(short).sender).toEqual(unspecifiedAddress());
});

test('relay: any byte but 0 is true, as Bitcoin Core reads it, and every byte is written as it came', () => {
  for (let byte = 0; byte < 256; byte++) {
    const bytes = payload.slice();
    bytes[85] = byte;
    const value = decoded(bytes);
    expect(value.relay).toBe(byte > 1 ? byte : byte === 1);
    expect(Boolean(value.relay)).toBe(byte !== 0);
    expect(encodeMessage('version', value)).toEqual(bytes);
  }
});

test('a user agent of any bytes is printable ASCII here, and keeps its bytes', () => {
  const cases: [Uint8Array, string][] = [
    [ascii('/Satoshi:29.0.0(a b)/'), '/Satoshi:29.0.0(a b)/'],
    [Uint8Array.of(0x00, 0x1b, 0x0a, 0x7f), '\\x00\\x1b\\x0a\\x7f'],
    [Uint8Array.of(0xff, 0xc3, 0x28), '\\xff\\xc3('],
    [new TextEncoder().encode('\u202egpj'), '\\xe2\\x80\\xaegpj'],
    [ascii('\\x41\\'), '\\\\x41\\\\'],
    [ascii('<b>"&'), '<b>"&'],
  ];
  for (const [bytes, text] of cases) {
    const wire = withUserAgent(bytes);
    expect(decoded(wire).userAgent).toBe(text);
    expect(encodeMessage('version', decoded(wire))).toEqual(wire);
  }
});
