/** The built product killed under load and started again at once, and a certificate that changes while it serves. */
import { once } from 'node:events';
import fs from 'node:fs';
import { type Socket } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as tlsConnect } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { hasOpenssl, makeCertificate } from '../../setup/certificate.js';
import { freePorts, temporaryFolder } from '../../setup/processes.js';
import { listening, root, startProduct } from '../../setup/product.js';
import { clientOf, tcpServer } from '../support.js';

const main = path.join(root, 'dist/bridge/main.js');

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(20);
}

/** Takes everything, and sends without end. */
function flood(socket: Socket): void {
  const chunk = Buffer.alloc(1 << 16, 0x5a);
  const pump = () => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.resume().on('drain', pump);
  pump();
}

test.each([
  ['one process', []],
  ['two workers', ['--workers', '2']],
])('killed with -9 under load and started again at once, three times: %s', async (_what, flags) => {
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
  const open = () => clientOf(`ws://127.0.0.1:${port}/v1/tunnel?host=127.0.0.1&port=${node.port}`, {}, []);
  let bridge = await listening(args);
  for (let round = 0; round < 3; round++) {
    const clients = Array.from({ length: 30 }, open);
    await Promise.all(clients.map(({ connected }) => connected));
    for (const { ws } of clients) for (let i = 0; i < 8; i++) ws.send(Buffer.alloc(1 << 16));
    await Promise.all(clients.map(({ bytes }) => bytes(1 << 19)));
    process.kill(bridge.pid, 'SIGKILL');
    bridge = await listening(args);
    const codes = await Promise.all(clients.map(({ closed }) => closed.then(({ code }) => code)));
    expect(new Set(codes)).toEqual(new Set([1006]));
    await until(() => standing === 0); // of its workers too
    const client = open();
    await client.bytes(1 << 20);
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
