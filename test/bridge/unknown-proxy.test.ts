/** A reverse proxy on the bridge's own machine that its settings do not know: everyone would be 127.0.0.1, and local. */
import { describe, expect, test } from 'vitest';
import { createLog } from '../../bridge/log.js';
import { Watch } from '../../bridge/watch.js';
import { closeNameOf, MAX_REASON_BYTES } from '../../shared/tunnel/close-codes.js';
import { bridgeWith, clientOf, echo, refusedHandshake, tcpServer, tunnelAddress } from './support.js';

async function watched(...flags: string[]) {
  const lines: string[] = [];
  const watch = new Watch({ log: createLog({ format: 'json', print: (line) => lines.push(line) }) });
  const server = await tcpServer(echo);
  const bridge = await bridgeWith(['--allow', `127.0.0.1:${server.port}`, ...flags], { watch });
  const loud = () => lines.filter((line) => line.includes('"level":"error"'));
  return { bridge, address: tunnelAddress(bridge, server), loud };
}

const FORWARDED = { 'X-Forwarded-For': '192.0.2.1' };

describe('a proxy on this machine that nobody told of', () => {
  test.each([
    FORWARDED,
    { Forwarded: 'for=192.0.2.1' },
    { 'X-Real-IP': '192.0.2.1' },
    { 'x-forwarded-proto': 'https' },
    { 'X-FORWARDED-HOST': 'peerglass.example' },
    { Via: '1.1 proxy' },
  ])('is known by %j: no tunnel, a sentence that names the flags, and one loud line', async (headers) => {
    const { address, loud, bridge } = await watched();
    for (let i = 0; i < 3; i++) {
      // As a page at the proxy's own name sends it.
      const { code, reason } = await clientOf(address, {
        headers: { ...headers, Origin: 'https://peerglass.example' },
      }).closed;
      expect(closeNameOf(code)).toBe('unknown-proxy');
      expect(reason).toContain('--trust-proxy');
      expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(MAX_REASON_BYTES);
    }
    const { status, body } = await refusedHandshake(address, { headers });
    expect([status, body]).toEqual([503, expect.stringContaining('--public-url')]);
    expect(loud()).toEqual([expect.stringContaining('--trust-proxy')]);
    expect(loud().join()).not.toContain('192.0.2.1');
    expect(bridge.stats().tunnels).toBe(0);
  });

  test.each([
    ['who comes without a proxy gets a tunnel', [], {}],
    ['so does who comes through the one that is trusted', ['--trust-proxy', 'loopback'], FORWARDED],
  ])('%s', async (_what, flags, headers) => {
    const { address, loud } = await watched(...flags);
    expect(await clientOf(address, { headers }).connected).toMatchObject({ type: 'connected' });
    expect(loud()).toEqual([]);
  });

  test('another proxy’s being trusted, or a public URL, does not make this one known', async () => {
    for (const flags of [
      ['--trust-proxy', '10.0.0.0/8'],
      ['--public-url', 'https://peerglass.example'],
    ]) {
      const { address } = await watched(...flags);
      const { code } = await clientOf(address, { headers: FORWARDED }).closed;
      expect(closeNameOf(code)).toBe('unknown-proxy');
    }
  });
});
