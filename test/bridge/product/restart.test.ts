/** The built product killed under load and started again at once, and a certificate that changes while it serves. */
import { once } from 'node:events';
import fs from 'node:fs';
import { type Socket } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as tlsConnect } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { hasOpenssl, makeCertificate } from '../../setup/certificate.js';
import { freePorts, temporaryFolder } from '../../setup/processes.js';
import { listening, root, startProduct } from '../../setup/product.js';
import { tcpServer } from '../support.js';

const main = path.join(root, 'dist/bridge/main.js');

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(20);
}

/** Takes everything, and sends without end: some MiB a second, or the test itself would be the load. */
function flood(socket: Socket): void {
  const chunk = Buffer.alloc(1 << 16, 0x5a);
  const beat = setInterval(() => socket.writableNeedDrain || socket.write(chunk), 10);
  socket.resume().once('close', () => clearInterval(beat));
}

/** A client that takes everything and keeps nothing; `enough`: half a MiB came. */
function counting(url: string) {
  const ws = new WebSocket(url);
  onTestFinished(() => ws.terminate());
  ws.on('error', () => undefined);
  let received = 0;
  const enough = new Promise<void>((resolve, reject) => {
    ws.on('message', (data: Buffer) => {
      received += data.length;
      if (received > 1 << 19) resolve();
    });
    ws.once('close', (code) => reject(new Error(`closed with ${code} after ${received} bytes`)));
  });
  const closed = new Promise<number>((resolve) => ws.once('close', resolve));
  return { ws, enough, closed };
}

test.each([
  ['one process', []],
  ['two workers', ['--workers', '2']],
])('killed with -9 under load and started again at once, twice: %s', async (_what, flags) => {
  let standing = 0;
  const node = await tcpServer((socket) => {
    standing += 1;
    socket.once('close', () => (standing -= 1));
    flood(socket);
  });
  const [port, metricsPort] = (await freePorts(2)) as [number, number];
  const args = [
    ...[main, '--port', String(port), '--metrics-port', String(metricsPort), '--no-demo'],
    ...['--allow', `127.0.0.1:${node.port}`, ...flags],
  ];
  const open = () => counting(`ws://127.0.0.1:${port}/v1/tunnel?host=127.0.0.1&port=${node.port}`);
  let bridge = await listening(args);
  for (let round = 0; round < 2; round++) {
    const clients = Array.from({ length: 20 }, open);
    await Promise.all(clients.map(({ enough }) => enough));
    for (const { ws } of clients) for (let i = 0; i < 8; i++) ws.send(Buffer.alloc(1 << 16));
    process.kill(bridge.pid, 'SIGKILL');
    bridge = await listening(args);
    const codes = await Promise.all(clients.map(({ closed }) => closed));
    expect(new Set(codes)).toEqual(new Set([1006]));
    await until(() => standing === 0); // of its workers too
    const client = open();
    await client.enough;
    const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    expect(metrics).toMatch(/^peerglass_tunnels 1$/m);
    client.ws.terminate();
    await until(() => standing === 0);
  }
  expect(await bridge.stop()).toBe(0);
});

describe.skipIf(!hasOpenssl())('its own TLS', () => {
  test.each([
    ['one process', []],
    ['two workers', ['--workers', '2']],
  ])(
    'SIGHUP reads certificate and key again; those that are no good are complained of: %s',
    async (_what, flags) => {
      const folder = temporaryFolder('hangup').path;
      const files = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')] as const;
      makeCertificate(...files);
      const product = await startProduct(['--tls-cert', files[0], '--tls-key', files[1], ...flags]);
      const served = async () => {
        const { hostname: host, port } = new URL(product.url);
        const socket = tlsConnect({
          host,
          port: Number(port),
          ca: fs.readFileSync(files[0]),
          rejectUnauthorized: false,
        });
        await once(socket, 'secureConnect');
        const { fingerprint256 } = socket.getPeerCertificate();
        socket.destroy();
        return fingerprint256;
      };
      const before = await served();
      makeCertificate(...files);
      process.kill(product.pid, 'SIGHUP');
      await until(async () => (await served()) !== before);
      await until(async () =>
        (await Promise.all([served(), served(), served()])).every((one) => one !== before),
      );
      const after = await served();
      fs.writeFileSync(files[1], 'no key');
      process.kill(product.pid, 'SIGHUP');
      await until(() => product.output().includes('stay as they were'));
      expect(product.output()).toContain('--tls-key');
      expect(await served()).toBe(after);
      expect(await product.stop()).toBe(0);
    },
  );
});
