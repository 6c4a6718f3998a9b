/** The built product as operators run it: workers, nginx for TLS, signals. */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startNginx } from '../../setup/nginx.js';
import { freePorts } from '../../setup/processes.js';
import { root, startProduct } from '../../setup/product.js';
import { describeWithNginx } from '../../setup/tools.js';
import { settle, tunnel, until } from './tunnels.js';

const deploy = path.join(root, 'bridge/deploy');

test('two workers share one limit and one count; one that dies is replaced and gives its places back', async () => {
  const [metricsPort] = (await freePorts(1)) as [number];
  const product = await startProduct([
    ...['--workers', '2', '--max-tunnels-per-client', '4', '--metrics-port', String(metricsPort)],
  ]);
  const first = await settle(8, product.url);
  expect(first.outcomes.filter((outcome) => outcome === 4300)).toHaveLength(4);
  const metrics = async () => (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  expect(await metrics()).toMatch(/^peerglass_tunnels 4$/m);
  expect(await metrics()).toMatch(/^peerglass_tunnels_refused_total\{reason="limit-client"\} 4$/m);
  expect((await fetch(`${product.url}/metrics`)).status).toBe(404); // nobody asked for that

  const pids = [...product.output().matchAll(/"pid":(\d+),"id"/g)].map(([, pid]) => Number(pid));
  process.kill(pids[0]!, 'SIGKILL');
  await until(() => product.output().includes('it is replaced'));
  await until(async () => (await tunnel(product.url).settled) === 'connected');
  expect(await product.stop()).toBe(0);
});

test('SIGTERM tells every client of every worker, whose end is 0; nothing of where they went was logged', async () => {
  const product = await startProduct(['--workers', '2']);
  const { standing } = await settle(40, product.url);
  expect(standing).toHaveLength(40);
  const [code, ...codes] = await Promise.all([product.stop(), ...standing.map(({ closed }) => closed)]);
  expect(code).toBe(0);
  expect(new Set(codes)).toEqual(new Set([4500]));
  expect(product.output()).not.toMatch(/8333|"client"|"destination"/);
  expect(product.output().match(/"end":"shutting-down"/g)).toHaveLength(40);
});

test('logs name destinations and clients if asked, and nothing from outside makes a line of its own', async () => {
  const product = await startProduct(['--log-destinations', '--log-clients', '--log-level', 'debug']);
  const { standing } = await settle(1, product.url);
  expect(standing).toHaveLength(1);
  const evil = encodeURIComponent('x\r\n{"level":"error","msg":"forged"}');
  const refused = new WebSocket(`${product.url.replace('http', 'ws')}/v1/tunnel?host=${evil}&port=1`);
  refused.on('error', () => undefined);
  await new Promise((resolve) => refused.once('close', resolve));
  await until(() => product.output().includes('tunnel refused'));
  const lines = product
    .output()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines).toContainEqual(
    expect.objectContaining({ msg: 'tunnel opened', client: '127.0.0.1', destination: 'demo' }),
  );
  expect(lines.filter(({ msg }) => msg === 'forged')).toEqual([]);
  await product.stop();
});

test('the systemd unit allows more time than a drain takes', () => {
  const unit = fs.readFileSync(path.join(deploy, 'peerglass.service'), 'utf8');
  expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)![1])).toBeGreaterThan(8);
});

describeWithNginx('nginx before the bridge, with TLS', (nginx) => {
  test('page and tunnels go through it, and the limit is for the client that it names', async () => {
    const [port, bridge] = (await freePorts(2)) as [number, number];
    const { url, cert } = await startNginx(nginx, { port, bridge });
    const flags = ['--port', String(bridge), '--public-url', url, '--trust-proxy', 'loopback'];
    const product = await startProduct([...flags, '--log-clients', '--max-tunnels-per-client', '1']);
    const ca = fs.readFileSync(cert);
    const from = (localAddress: string, headers = {}) =>
      tunnel(url, { ca, origin: url, localAddress, headers }).settled;
    for (const address of ['127.0.0.1', '127.0.0.2', '127.0.0.3']) {
      expect(await from(address)).toBe('connected');
      expect(await from(address)).toBe(4300);
      expect(await from(address, { 'X-Forwarded-For': '192.0.2.1' })).toBe(4300);
      expect(product.output()).toContain(`"client":"${address}"`);
    }
    expect(product.output()).not.toContain('192.0.2.1');
  });
});
