/** What a peer may do wrong, or unusually, in a handshake: a real node and ours do the same (protocol.md's tables). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { concatBytes } from '../../../shared/bytes.js';
import { networks } from '../../../shared/networks.js';
import { describeWithNode } from '../../setup/tools.js';
import { startNode, type BitcoinNode } from '../harness.js';
import { type Handshake } from '../../../bridge/demo-node/misbehaviour/raw-v2.js';
import { otherNetwork, targets, type Disconnection } from './targets.js';

const accepted: { name: string; handshake: Handshake }[] = [
  { name: 'no garbage', handshake: { garbage: 0 } },
  { name: '4095 bytes of garbage', handshake: { garbage: 4095 } },
  {
    name: 'decoys before the version packet, up to 4,000,013 bytes',
    handshake: { decoys: [0, 1000, 4_000_013] },
  },
  { name: 'a version packet that is not empty', handshake: { versionContents: new Uint8Array(300).fill(1) } },
  { name: 'reserved bits in the version packet’s header', handshake: { header: 0x7f } },
  { name: 'one byte at a time', handshake: { garbage: 300, decoys: [9], piece: 1 } },
];

const noTerminator: Disconnection = {
  log: /missing garbage terminator/,
  code: 'missing-garbage-terminator',
  tells: /network/,
};
const notAuthentic: Disconnection = {
  log: /packet decryption failure/,
  code: 'packet-authentication-failed',
  tells: /garbage before it/,
};

const refused: { name: string; handshake: Handshake; why: Disconnection }[] = [
  { name: '4096 bytes of garbage', handshake: { garbage: 4096 }, why: noTerminator },
  {
    name: 'garbage that was altered',
    handshake: { alterGarbage: (garbage) => void (garbage[7]! ^= 1) },
    why: notAuthentic,
  },
  {
    name: 'a first packet that does not authenticate the garbage',
    handshake: { withoutAad: true },
    why: notAuthentic,
  },
  {
    name: 'a first decoy that does not authenticate the garbage',
    handshake: { withoutAad: true, decoys: [10] },
    why: notAuthentic,
  },
];

describeWithNode('in the handshake', () => {
  let node: BitcoinNode;
  beforeAll(async () => {
    node = await startNode();
  });
  afterAll(() => node?.stop());

  describe.each(targets(() => node))('$name', (target) => {
    test.each(accepted)('accepts $name', async ({ handshake }) => {
      const { raw, goesOn } = await target.meet();
      await raw.handshake(handshake);
      await raw.negotiate({}, handshake);
      await goesOn();
    });

    test.each(refused)('ends the connection over $name', async ({ handshake, why }) => {
      const { raw, disconnected } = await target.meet();
      // It may hang up before everything was said.
      await Promise.race([raw.handshake(handshake), raw.over]);
      await disconnected(why);
    });

    test('waits after a wrong terminator, and ends the connection when 4111 bytes came', async () => {
      const { raw, waits, disconnected } = await target.meet();
      await raw.handshake({ garbage: 0, alterTerminator: (terminator) => void (terminator[15]! ^= 1) });
      await waits();
      await raw.write(new Uint8Array(64 + 4110 - raw.bytesSent));
      await waits();
      await raw.write(new Uint8Array(1));
      await disconnected(noTerminator);
    });

    test('waits where the other side derives its keys for another network', async () => {
      const { raw, waits } = await target.meet(otherNetwork);
      await raw.handshake();
      await waits();
    });
  });

  describe.each(targets(() => node).filter(({ name }) => name.endsWith('responder')))('$name', (target) => {
    test('answers a key only when it differs from the v1 prefix (Core: early key response)', async () => {
      const { raw, waits } = await target.meet();
      await raw.write(networks.regtest.magic);
      await waits();
      expect(raw.bytesReceived).toBe(0);
      await raw.write(raw.key.subarray(4, 5));
      await raw.until(() => raw.bytesReceived >= 64);
      await waits();
    });

    test.each([
      ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
      [
        'a v1 message other than version',
        concatBytes(
          networks.regtest.magic,
          Buffer.from('verack'.padEnd(12, '\0')),
          Buffer.from('000000005df6e0e2', 'hex'),
        ),
      ],
    ])('takes %s for a v2 key, and waits for the rest', async (_, bytes) => {
      const { raw, waits } = await target.meet();
      await raw.write(bytes);
      await raw.until(() => raw.bytesReceived >= 64);
      await waits();
    });
  });
});
