/** What ends a session, and what is only told of. Against a real node: test/node/behaviour/limits.test.ts. */
import { expect, test } from 'vitest';
import { encodeMessage, type SendTxRcncl } from '../../shared/messages/index.js';
import { peerErrorOf } from './ended.js';
import { nodeVersion, RawPeer } from './raw-peer.js';
import { misbehaviours, peerUnderTest, readyWithRaw, settle } from './setup.js';

test('a limit that is broken ends the session, with the field and what to do', async () => {
  const { peer, raw } = await readyWithRaw();
  await raw.sendRaw('headers', Uint8Array.of(0xfd, 0xd1, 0x07));
  const error = await peerErrorOf(peer);
  expect(error).toMatchObject({
    code: 'limit-exceeded',
    type: 'headers',
    error: { field: 'headers.count', offset: 0 },
  });
  expect(error.message).toContain('2001 is more than the 2000 allowed');
  expect(error.hint).toContain('another peer');
});

test('before verack nothing of it counts', async () => {
  const { peer, far, events } = peerUnderTest('initiator');
  const raw = new RawPeer(far, 'responder');
  await raw.hear('version');
  await raw.send('version', nodeVersion());
  await raw.sendRaw('headers', Uint8Array.of(0xfd, 0xd1, 0x07));
  await raw.send('verack', {});
  await peer.ready;
  expect(misbehaviours(events)).toEqual(['malformed-message']);
});

test('a version with more behind its end is read, and the rest is told of', async () => {
  const { peer, far, events } = peerUnderTest('initiator');
  const raw = new RawPeer(far, 'responder');
  await raw.hear('version');
  await raw.sendRaw('version', Uint8Array.from([...encodeMessage('version', nodeVersion()), 1, 2, 3]));
  await raw.send('verack', {});
  expect((await peer.ready).userAgent).toBe('/Satoshi:29.4.0/');
  expect(events).toContainEqual(
    expect.objectContaining({
      misbehaviour: { code: 'trailing-bytes', messageType: 'version', bytes: 3 },
    }),
  );
});

test('sendtxrcncl is shown when it comes before verack, and told of when it comes after', async () => {
  const { peer, far, events } = peerUnderTest('initiator');
  const raw = new RawPeer(far, 'responder');
  const offer: SendTxRcncl = { version: 1, salt: 5n };
  await raw.hear('version');
  await raw.send('version', nodeVersion());
  await raw.send('sendtxrcncl', offer);
  await raw.send('verack', {});
  await peer.ready;
  expect(peer.features.sendtxrcncl).toEqual(offer);
  await raw.send('sendtxrcncl', { version: 1, salt: 6n });
  await settle();
  expect(peer.features.sendtxrcncl).toEqual(offer);
  expect(misbehaviours(events)).toEqual(['sendtxrcncl-after-verack']);
});
