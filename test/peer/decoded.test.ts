import { expect, onTestFinished, test } from 'vitest';
import { decodeMessage } from '../../shared/messages/index.js';
import { readyWithRaw } from './setup.js';

test('what the caller has decoded is taken as it is, once; the rest the peer decodes by itself', async () => {
  const asked: string[] = [];
  const { raw, peer, events } = await readyWithRaw({
    decoded(type) {
      asked.push(type);
      return type === 'feefilter'
        ? { ...decodeMessage(type, Uint8Array.of(7, 0, 0, 0, 0, 0, 0, 0)) }
        : undefined;
    },
  });
  onTestFinished(() => peer.close());
  await raw.send('feefilter', { feeRate: 1000n });
  await raw.send('sendheaders', {});
  await raw.send('ping', { nonce: 5n });
  await raw.hear('pong');
  const heard = events.flatMap((event) =>
    event.type === 'message' && event.direction === 'received' ? [event.message] : [],
  );
  expect(heard.find(({ type }) => type === 'feefilter')).toMatchObject({
    kind: 'decoded',
    value: { feeRate: 7n },
  });
  expect(heard.find(({ type }) => type === 'sendheaders')).toMatchObject({ kind: 'decoded' });
  expect(asked.slice(-3)).toEqual(['feefilter', 'sendheaders', 'ping']);
});
