/** The built product as operators run it: workers, replicas behind HAProxy with one Redis, nginx for TLS, signals. */
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { SUBPROTOCOL } from '../../../shared/tunnel/index.js';
import { startNginx } from '../../setup/nginx.js';
import { freePorts, startChild } from '../../setup/processes.js';
import { listening, root, startProduct } from '../../setup/product.js';
import { describeWithHaproxyAndRedis, describeWithNginx } from '../../setup/tools.js';

const deploy = path.join(root, 'bridge/deploy');
const main = path.join(root, 'dist/bridge/main.js');

/** A tunnel to the demo node: whether it stands, or by which code it ended. */
function tunnel(url: string, options = {}) {
  const ws = new WebSocket(
    `${url.replace('http', 'ws')}/v1/tunnel?host=demo&port=8333`,
    SUBPROTOCOL,
    options,
  );
  onTestFinished(() => ws.terminate());
  ws.on('error', () => undefined);
  const closed = new Promise<number>((resolve) => ws.once('close', resolve));
  const connected = new Promise<'connected'>((resolve) => ws.once('message', () => resolve('connected')));
  return { ws, closed, settled: Promise.race([connected, closed]) };
}

async function settle(count: number, url: string) {
  const tunnels = Array.from({ length: count }, () => tunnel(url));
  const outcomes = await Promise.all(tunnels.map(({ settled }) => settled));
  const standing = tunnels.filter((_, i) => outcomes[i] === 'connected');
  return { standing, outcomes };
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(20);
}

const isUp = (url: string) =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );

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

describeWithHaproxyAndRedis('replicas behind HAProxy', ({ haproxy, redis }) => {
  test('enforce one limit together; one that is killed under load and started again is part of it again', async () => {
    const [redisPort, listen, one, two] = (await freePorts(4)) as [number, number, number, number];
    startChild(redis, ['--port', String(redisPort), '--bind', '127.0.0.1', '--save', '']).stdout.resume();
    const replica = (port: number) =>
      listening([
        ...[
          main,
          '--port',
          String(port),
          '--redis',
          `redis://127.0.0.1:${redisPort}`,
          '--trust-proxy',
          'loopback',
        ],
        ...['--max-tunnels-per-client', '6', '--log-clients'],
      ]);
    const replicas = [await replica(one), await replica(two)] as const;
    const proxy = startChild(haproxy, ['-f', path.join(deploy, 'haproxy.cfg')], {
      env: {
        ...process.env,
        LISTEN: `127.0.0.1:${listen}`,
        BRIDGE_ONE: `127.0.0.1:${one}`,
        BRIDGE_TWO: `127.0.0.1:${two}`,
      },
    });
    proxy.stdout.resume();
    proxy.stderr.resume();
    const url = `http://127.0.0.1:${listen}`;
    await until(() => isUp(`${url}/readyz`));
    // One after the other these go to both, whichever is faster.
    const early = [await settle(1, url), await settle(1, url), await settle(1, url), await settle(1, url)];
    const late = await settle(8, url);
    const standing = [...early, late].flatMap((each) => each.standing);
    const outcomes = [...early, late].flatMap((each) => each.outcomes);
    await until(() => replicas.every(({ output }) => output().includes('tunnel opened')));
    expect(outcomes.filter((outcome) => outcome === 'connected')).toHaveLength(6);
    expect(outcomes.filter((outcome) => outcome === 4300)).toHaveLength(6);

    process.kill(replicas[0].pid, 'SIGKILL');
    const again = await replica(one);
    await until(async () => (await fetch(`${again.url}/readyz`)).ok);
    const alive = standing.filter(({ ws }) => ws.readyState === WebSocket.OPEN);
    // Its places are held until their leases run out: never more stand than are allowed.
    expect((await settle(6, url)).standing.length + alive.length).toBeLessThanOrEqual(6);
    for (const { ws } of alive) ws.close();
    await until(async () => (await tunnel(url).settled) === 'connected');
  });
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
