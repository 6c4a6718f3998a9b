/** Packets whose contents are the caller's: what no type and no registry has. */
import { expect, test } from 'vitest';
import { V1Transport } from '../../shared/peer/index.js';
import { networks } from '../../shared/networks.js';
import { ascii, concatBytes } from '../../shared/bytes.js';
import { readyWithRaw, settle } from './setup.js';

test('arrive as they are: an id that nobody knows, a type spelled out, nothing at all', async () => {
  const { peer, raw, events } = await readyWithRaw();
  const before = raw.messages.length;
  const long = concatBytes(Uint8Array.of(0), ascii('ping\0\0\0\0\0\0\0\0'), new Uint8Array(8));
  for (const contents of [Uint8Array.of(200, 1, 2), long, new Uint8Array()]) peer.sendContents(contents);
  await settle();
  expect(raw.messages.slice(before).map(({ type, payload }) => [type, payload.length])).toEqual([
    [undefined, 2],
    ['ping', 8],
    [undefined, 0],
  ]);
  const sent = events.flatMap((event) =>
    event.type === 'message' && event.direction === 'sent' ? [event.message] : [],
  );
  expect(sent.slice(-3)).toMatchObject([
    { kind: 'unknown', id: 200, wireBytes: 23 },
    { kind: 'decoded', type: 'ping', wireBytes: 41 },
    { kind: 'unknown', wireBytes: 20 },
  ]);
  peer.close();
  await peer.ended;
  expect(() => peer.sendContents(Uint8Array.of(1))).toThrow(
    expect.objectContaining({ code: 'session-ended' }),
  );
});

test('v1 has none', () => {
  expect('sendContents' in V1Transport.initiator({ network: networks.regtest })).toBe(false);
});
