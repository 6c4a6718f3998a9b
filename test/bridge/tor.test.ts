/** A real Tor as the SOCKS5 proxy, in a network of its own on this machine (test/setup/tor-network.ts). */
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { type DemoNode, startDemoNode } from '../../bridge/demo-node/index.js';
import { V2Transport } from '../../shared/bip324/index.js';
import { torV3ToString } from '../../shared/messages/address-text.js';
import { networks } from '../../shared/networks.js';
import { Peer } from '../../shared/peer/index.js';
import { closeNameOf, openTunnel } from '../../shared/tunnel/index.js';
import { clock } from '../node/meeting.js';
import { freePorts, stopChild } from '../setup/processes.js';
import { describeWithTor } from '../setup/tools.js';
import { startTorNetwork, type TorNetwork } from '../setup/tor-network.js';
import { bridgeWith, clientOf, echo, pattern, tcpServer, tunnelAddress, until } from './support.js';

/** Both are 127.0.0.1 to this Tor. */
const PUBLIC = '8.8.8.8';
const NAME = 'node.example';

const MINUTE = 60_000;

/** A good key of an onion service (Tor checks that) which nobody published. */
function nobodysKey(): Uint8Array {
  const { x } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
  return Buffer.from(x!, 'base64url');
}

describeWithTor('through a real Tor', (path) => {
  let node: DemoNode;
  let tor: TorNetwork;
  let closedPort: number;
  beforeAll(async () => {
    node = await startDemoNode();
    [closedPort] = (await freePorts(1)) as [number];
    const onionPorts = { 8333: node.port, 18333: closedPort };
    tor = await startTorNetwork(path, { mapped: [PUBLIC, NAME], onionPorts });
  }, 3 * MINUTE);
  afterAll(() => node.close());

  const bridgeBeforeTor = (...flags: string[]) =>
    bridgeWith(['--socks5', `127.0.0.1:${tor.socksPort}`, '--socks5-all', ...flags], {
      resolve: () => Promise.reject(new Error('looked up')),
    });

  test.each([
    ['an onion service', () => ({ host: tor.onion, port: 8333 })],
    ['a public address', () => ({ host: PUBLIC, port: node.port })],
    ['a name that is resolved there', () => ({ host: NAME, port: node.port })],
  ])('the v2 handshake is done with a node at %s', async (_what, to) => {
    const target = to();
    const bridge = await bridgeBeforeTor('--allow', `*:${target.port}`);
    const tunnel = openTunnel({ bridgeUrl: `http://127.0.0.1:${bridge.port}`, ...target, WebSocket });
    const peer = new Peer({
      role: 'initiator',
      transport: V2Transport.initiator({ network: networks.regtest }),
      duplex: tunnel.duplex,
      clock,
    });
    onTestFinished(() => peer.close());
    await peer.ready;
    expect(await tunnel.connected).toMatchObject({ address: target.host, port: target.port });
  });

  test('each tunnel is a user of its own, and has a circuit of its own', async () => {
    const server = await tcpServer(echo);
    const bridge = await bridgeBeforeTor('--allow', `*:${server.port}`);
    const before = tor.streams.length;
    for (let i = 0; i < 4; i++) {
      const client = clientOf(tunnelAddress(bridge, { host: PUBLIC, port: server.port }));
      await client.connected;
      client.ws.send(pattern(100_000));
      expect((await client.bytes(100_000)).equals(pattern(100_000))).toBe(true);
    }
    const streams = tor.streams.slice(before);
    const users = streams.filter(({ status }) => status === 'NEW').map(({ user }) => user);
    expect(new Set(users).size).toBe(4);
    for (const user of users) expect(user).toMatch(/^[0-9a-f]{32}$/);
    const succeeded = streams.filter(({ status }) => status === 'SUCCEEDED');
    expect(succeeded).toHaveLength(4);
    expect(new Set(succeeded.map(({ circuit }) => circuit)).size).toBe(4);
  });

  const endOf = async (bridge: { port: number }, host: string, port: number) =>
    closeNameOf((await clientOf(tunnelAddress(bridge as never, { host, port })).closed).code);

  test('what it cannot reach ends by a code that says why', async () => {
    const bridge = await bridgeBeforeTor(
      ...[closedPort, 18_333, 28_333].flatMap((port) => ['--allow', `*:${port}`]),
    );
    expect(await endOf(bridge, tor.onion, 28_333)).toBe('connection-refused');
    // Where a connection was tried, Tor says by the system why it came to nothing, or does not say.
    expect(await endOf(bridge, tor.onion, 18_333)).toMatch(/^(connection-refused|unreachable)$/);
    expect(await endOf(bridge, PUBLIC, closedPort)).toMatch(/^(connection-refused|unreachable)$/);
    const unknown = torV3ToString(nobodysKey());
    expect(await endOf(bridge, unknown, 8333)).toBe('unreachable');
    expect(tor.streams.some(({ target }) => target === `${unknown}:8333`)).toBe(true); // unresolved
  });

  test('a network that does not answer has --socks5-timeout, and no socket of it is left', async () => {
    const bridge = await bridgeBeforeTor('--socks5-timeout', '1');
    for (const relay of tor.relays) relay.kill('SIGSTOP');
    try {
      expect(await endOf(bridge, PUBLIC, 8333)).toBe('connect-timeout');
    } finally {
      for (const relay of tor.relays) relay.kill('SIGCONT');
    }
    const given = tor.streams.findLast(({ status }) => status === 'NEW')!;
    await until(() =>
      tor.streams.some(({ user, status }) => user === given.user && /^(CLOSED|FAILED)$/.test(status)),
    );
  });

  test('killed under tunnels: they end and are forgotten, and new ones are told that the proxy is gone', async () => {
    const server = await tcpServer(echo);
    const bridge = await bridgeBeforeTor('--allow', `*:${server.port}`);
    const clients = Array.from({ length: 5 }, () =>
      clientOf(tunnelAddress(bridge, { host: PUBLIC, port: server.port })),
    );
    await Promise.all(clients.map(({ connected }) => connected));
    for (const { ws } of clients) for (let i = 0; i < 20; i++) ws.send(pattern(100_000));
    await Promise.all(clients.map(({ bytes }) => bytes(100_000)));
    tor.client.kill('SIGKILL');
    const ends = await Promise.all(clients.map(async ({ closed }) => closeNameOf((await closed).code)));
    for (const end of ends) expect(end).toMatch(/^target-(closed|reset)$/);
    await until(() => bridge.stats().tunnels === 0);
    expect(bridge.stats().bufferedBytes).toBe(0);
    await stopChild(tor.client);
    expect(await endOf(bridge, PUBLIC, server.port)).toBe('proxy-failed');
  });
});
