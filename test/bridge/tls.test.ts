/** The bridge's own TLS, with certificates that change while it serves. */
import fs from 'node:fs';
import path from 'node:path';
import { connect as tlsConnect } from 'node:tls';
import { connect } from 'node:net';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hasOpenssl, makeCertificate } from '../setup/certificate.js';
import { temporaryFolder } from '../setup/processes.js';
import { bridgeWith, clientOf, echo, refusedHandshake, tcpServer, tunnelAddress } from './support.js';

/** The fingerprint of what is served now. */
async function fingerprint(port: number): Promise<string> {
  const socket = tlsConnect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

async function secure() {
  const folder = temporaryFolder('tls').path;
  const files = { cert: path.join(folder, 'cert.pem'), key: path.join(folder, 'key.pem') };
  makeCertificate(files.cert, files.key);
  const server = await tcpServer(echo);
  const bridge = await bridgeWith([
    ...['--tls-cert', files.cert, '--tls-key', files.key, '--allow', `127.0.0.1:${server.port}`],
  ]);
  const address = tunnelAddress(bridge, server).replace('ws:', 'wss:');
  const ca = () => fs.readFileSync(files.cert);
  return { files, bridge, address, ca };
}

describe.skipIf(!hasOpenssl())('own TLS', () => {
  test('page addresses and tunnels are https and wss; the page’s own origin is https', async () => {
    const { bridge, address, ca } = await secure();
    expect(bridge.url).toBe(`https://127.0.0.1:${bridge.port}`);
    const client = clientOf(address, { ca: ca(), origin: bridge.url });
    await client.connected;
    client.ws.send(Buffer.from('there and back'));
    expect((await client.bytes(14)).toString()).toBe('there and back');
    const plain = bridge.url.replace('https', 'http');
    expect((await refusedHandshake(address, { ca: ca(), origin: plain })).status).toBe(403);
  });

  test('new files are served once they are read again; tunnels that stand go on', async () => {
    const { files, bridge, address, ca } = await secure();
    const before = await fingerprint(bridge.port);
    const client = clientOf(address, { ca: ca() });
    await client.connected;
    makeCertificate(files.cert, files.key);
    expect(await fingerprint(bridge.port)).toBe(before);
    bridge.reloadTls();
    const after = await fingerprint(bridge.port);
    expect(after).not.toBe(before);
    client.ws.send(Buffer.from('still here'));
    expect((await client.bytes(10)).toString()).toBe('still here');
    await clientOf(address, { ca: ca() }).connected;
  });

  test.each([
    [
      'that is no certificate',
      ({ cert }: { cert: string }) => fs.writeFileSync(cert, 'no PEM'),
      '--tls-cert',
    ],
    ['that is gone', ({ key }: { key: string }) => fs.rmSync(key), '--tls-key'],
    [
      'of another pair',
      ({ cert, key }: { cert: string; key: string }) => makeCertificate(`${cert}.other`, key),
      '--tls-key',
    ],
  ])('a file %s leaves the old ones in use, and is named', async (_what, spoil, flag) => {
    const { files, bridge } = await secure();
    const before = await fingerprint(bridge.port);
    spoil(files);
    expect(() => bridge.reloadTls()).toThrow(flag);
    expect(await fingerprint(bridge.port)).toBe(before);
  });

  test('a client that says nothing, and one that speaks plainly, are let go', async () => {
    const { bridge } = await secure();
    const silent = connect(bridge.port, '127.0.0.1').on('error', () => undefined);
    const plain = connect(bridge.port, '127.0.0.1').on('error', () => undefined);
    onTestFinished(() => void [silent, plain].map((socket) => socket.destroy()));
    plain.write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
    const ends = [silent, plain].map((socket) => once(socket.resume(), 'close'));
    await Promise.all(ends);
    expect(bridge.stats().tunnels).toBe(0);
  });
});
