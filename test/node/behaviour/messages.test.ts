/** What a peer may do wrong, or unusually, once the session stands: a real node and ours do the same. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { concatBytes, fromHex } from '../../../shared/bytes.js';
import { describeWithNode } from '../../setup/tools.js';
import { startNode, type BitcoinNode } from '../harness.js';
import { longForm, type RawV2 } from '../../../bridge/demo-node/misbehaviour/raw-v2.js';
import { targets, type Disconnection, type Notice } from './targets.js';

const ADDRESS = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';
const nonce = new Uint8Array(8).fill(9);
const invalidType: Notice = { log: /invalid message type/, misbehaviour: ['unknown-message-type'] };

const ignored: { name: string; contents: Uint8Array; noticed?: Notice }[] = [
  { name: 'an unknown one-byte id', contents: Uint8Array.of(200, 1, 2, 3), noticed: invalidType },
  { name: 'empty contents', contents: new Uint8Array(0), noticed: invalidType },
  { name: 'a long type that is cut off', contents: longForm('ping').subarray(0, 12), noticed: invalidType },
  { name: 'a type with bytes after its zero', contents: longForm('ping\0x', nonce), noticed: invalidType },
  { name: 'a type with a control character', contents: longForm('pi\u0007g', nonce), noticed: invalidType },
  {
    name: 'an unknown long type',
    contents: longForm('peerglass', nonce),
    noticed: { log: /Unknown command "peerglass"/, misbehaviour: [] },
  },
  ...['__proto__', 'constructor', 'toString'].map((type) => ({
    name: `a type that is called ${type}`,
    contents: longForm(type, nonce),
    noticed: { log: new RegExp(`Unknown command "${type}"|invalid message type`), misbehaviour: [] },
  })),
  {
    name: 'a payload that does not parse',
    contents: longForm('headers', Uint8Array.of(5, 1)),
    noticed: { log: /ProcessMessages\(headers, 2 bytes\): Exception/, misbehaviour: ['malformed-message'] },
  },
];

const refused: { name: string; bytes: (raw: RawV2) => Uint8Array; why: Disconnection }[] = [
  {
    name: 'a flipped bit in a packet’s contents',
    bytes: (raw) => flipped(raw.seal(longForm('ping', nonce)), 10),
    why: { log: /packet decryption failure/, code: 'packet-authentication-failed', tells: /alter/ },
  },
  {
    name: 'a flipped bit in a decoy’s tag',
    bytes: (raw) => flipped(raw.seal(nonce, { ignore: true }), 27),
    why: { log: /packet decryption failure/, code: 'packet-authentication-failed', tells: /alter/ },
  },
  {
    name: '4,000,014 bytes of contents, on reading their length',
    bytes: (raw) => raw.seal(new Uint8Array(4_000_014)).subarray(0, 3),
    why: { log: /packet too large/, code: 'packet-too-large', tells: /4000013/ },
  },
  {
    name: 'wtxidrelay after verack',
    bytes: (raw) => raw.seal(longForm('wtxidrelay')),
    why: { log: /wtxidrelay received after verack/, code: 'negotiation-after-verack', tells: /wtxidrelay/ },
  },
  {
    name: 'sendaddrv2 after verack',
    bytes: (raw) => raw.seal(longForm('sendaddrv2')),
    why: { log: /sendaddrv2 received after verack/, code: 'negotiation-after-verack', tells: /sendaddrv2/ },
  },
];

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  bytes[at]! ^= 0x10;
  return bytes;
}

describeWithNode('in the session', () => {
  let node: BitcoinNode;
  beforeAll(async () => {
    node = await startNode();
    await node.rpc('generatetoaddress', 1, ADDRESS);
  });
  afterAll(() => node?.stop());

  describe.each(targets(() => node))('$name', (target) => {
    const session = async () => {
      const encounter = await target.meet();
      await encounter.raw.handshake();
      await encounter.raw.negotiate();
      return encounter;
    };

    test.each(ignored)('ignores $name, and goes on', async ({ contents, noticed }) => {
      const { raw, goesOn } = await session();
      await raw.write(raw.seal(contents));
      await goesOn(noticed);
    });

    test.each(refused)('ends the connection over $name', async ({ bytes, why }) => {
      const { raw, disconnected } = await session();
      await raw.write(bytes(raw));
      await disconnected(why);
    });

    test('reads a type in both its forms, with reserved header bits', async () => {
      const { raw, goesOn } = await session();
      await raw.write(raw.seal(longForm('ping', nonce), { header: 0x2a }));
      await raw.hear('pong', 1);
      await raw.write(raw.seal(concatBytes(Uint8Array.of(18), nonce), { header: 0x55 }));
      await raw.hear('pong', 2);
      await goesOn();
    });

    test('through 500 messages and as many decoys each way keeps its keys in step', async () => {
      const { raw, goesOn } = await session();
      for (let i = 0; i < 500; i++) {
        await raw.write(raw.seal(new Uint8Array(i), { ignore: true }));
        await raw.say('ping', { nonce: BigInt(i) });
      }
      await raw.hear('pong', 500);
      await goesOn();
    });

    test('accepts a decoy of 4,000,013 bytes', async () => {
      const { raw, goesOn } = await session();
      await raw.write(raw.seal(new Uint8Array(4_000_013), { ignore: true }));
      await goesOn();
    });

    test('takes no notice of a block that comes as a decoy', async () => {
      const { hex } = await node.rpc<{ hex: string }>('generateblock', ADDRESS, [], false);
      const height = await node.rpc<number>('getblockcount');
      const { raw, goesOn, met } = await session();
      const block = concatBytes(Uint8Array.of(2), fromHex(hex));
      await raw.write(raw.seal(block, { ignore: true }));
      await goesOn();
      const blocks = () =>
        met?.events.filter((event) => event.type === 'message' && event.message.type === 'block').length;
      if (met === undefined) expect(await node.rpc('getblockcount')).toBe(height);
      else {
        expect(blocks()).toBe(0);
        expect(met.events).toContainEqual(expect.objectContaining({ type: 'decoy', length: block.length }));
      }
      // The same bytes as a message do count.
      await raw.write(raw.seal(block));
      await goesOn();
      if (met === undefined) await node.until(async () => (await node.rpc('getblockcount')) === height + 1);
      else expect(blocks()).toBe(1);
    });
  });
});
