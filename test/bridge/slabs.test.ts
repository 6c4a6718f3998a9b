import { expect, test } from 'vitest';
import { encodeControl } from '../../shared/tunnel/index.js';
import { bridgeWith, clientOf, pattern, tcpServer, tunnelAddress } from './support.js';

test('what waits for credit is not overwritten by what other tunnels carry meanwhile', async () => {
  const server = await tcpServer((socket) => socket.once('data', () => socket.write(pattern(1_000_000))));
  const bridge = await bridgeWith(['--allow', `127.0.0.1:${server.port}`]);
  const slow = clientOf(tunnelAddress(bridge, server));
  await slow.connected;
  const grant = (bytes: number) => slow.ws.send(encodeControl({ type: 'credit', bytes }));
  grant(1000);
  slow.ws.send(Buffer.from('go'));
  await slow.bytes(1000);
  for (let round = 0; round < 4; round++) {
    const other = clientOf(tunnelAddress(bridge, server), {}, []);
    await other.connected;
    other.ws.send(Buffer.from('go'));
    const whole = await other.bytes(1_000_000);
    expect(whole.equals(pattern(1_000_000))).toBe(true);
    grant(10_000);
    await slow.bytes(1000 + 10_000 * (round + 1));
  }
  grant(1_000_000);
  expect((await slow.bytes(1_000_000)).equals(pattern(1_000_000))).toBe(true);
});
