/** Several bridges as one: one limit for all, in a real Redis, behind a real HAProxy that runs bridge/deploy/haproxy.cfg. */
import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { freePorts, startChild } from '../../setup/processes.js';
import { listening, root } from '../../setup/product.js';
import { describeWithHaproxyAndRedis, describeWithRedis } from '../../setup/tools.js';
import { isUp, settle, tunnel, until } from './tunnels.js';

const main = path.join(root, 'dist/bridge/main.js');

const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
);
if (!hasIpv6) console.log('the test of IPv6 clients is skipped: this machine has no ::1');

function startRedis(redis: string, port: number): ChildProcess {
  const child = startChild(redis, ['--port', String(port), '--bind', '127.0.0.1', '--save', '']);
  child.stdout.resume();
  child.stderr.resume();
  return child;
}

/** All names that Redis has. */
async function namesIn(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.write('KEYS *\r\n');
  const [data] = (await once(socket, 'data')) as [Buffer];
  return data.toString();
}

/** A bridge that counts in this Redis, six tunnels for each client. */
const replica = (redisPort: number, ...flags: string[]) =>
  listening([main, '--redis', `redis://127.0.0.1:${redisPort}`, '--max-tunnels-per-client', '6', ...flags]);

interface Together {
  readonly redisPort: number;
  readonly ports: readonly [number, number];
  /** Of HAProxy: over IPv4 and IPv6. */
  readonly urls: readonly [string, string];
  start(which: 0 | 1): ReturnType<typeof replica>;
}

/** Two replicas behind HAProxy, which listens on the loopback addresses that there are. */
async function together(paths: { haproxy: string; redis: string }) {
  const [redisPort, listen, ...ports] = (await freePorts(4)) as [number, number, number, number];
  startRedis(paths.redis, redisPort);
  const setup: Together = {
    redisPort,
    ports,
    urls: [`http://127.0.0.1:${listen}`, `http://[::1]:${listen}`],
    start: (which) => {
      const flags = ['--port', String(ports[which]), '--trust-proxy', 'loopback', '--log-clients'];
      return replica(redisPort, ...flags);
    },
  };
  const replicas = [await setup.start(0), await setup.start(1)] as const;
  const proxy = startChild(paths.haproxy, ['-f', path.join(root, 'bridge/deploy/haproxy.cfg')], {
    env: {
      ...process.env,
      LISTEN: [`127.0.0.1:${listen}`, ...(hasIpv6 ? [`[::1]:${listen}`] : [])].join(),
      BRIDGE_ONE: `127.0.0.1:${ports[0]}`,
      BRIDGE_TWO: `127.0.0.1:${ports[1]}`,
    },
  });
  proxy.stdout.resume();
  proxy.stderr.resume();
  await until(() => isUp(`${setup.urls[0]}/readyz`));
  return { ...setup, replicas };
}

describeWithHaproxyAndRedis('replicas behind HAProxy', (paths) => {
  test('enforce one limit together; one that is killed under load and started again is part of it again', async () => {
    const { urls, replicas, start } = await together(paths);
    const [url] = urls;
    // One after the other these go to both, whichever is faster.
    const early = [await settle(1, url), await settle(1, url), await settle(1, url), await settle(1, url)];
    const late = await settle(8, url);
    const standing = [...early, late].flatMap((each) => each.standing);
    const outcomes = [...early, late].flatMap((each) => each.outcomes);
    await until(() => replicas.every(({ output }) => output().includes('tunnel opened')));
    expect(outcomes.filter((outcome) => outcome === 'connected')).toHaveLength(6);
    expect(outcomes.filter((outcome) => outcome === 4300)).toHaveLength(6);

    process.kill(replicas[0].pid, 'SIGKILL');
    const again = await start(0);
    await until(async () => (await fetch(`${again.url}/readyz`)).ok);
    const alive = standing.filter(({ ws }) => ws.readyState === WebSocket.OPEN);
    // Its places are held until their leases run out: never more stand than are allowed.
    expect((await settle(6, url)).standing.length + alive.length).toBeLessThanOrEqual(6);
    for (const { ws } of alive) ws.close();
    await until(async () => (await tunnel(url).settled) === 'connected');
  });

  test.skipIf(!hasIpv6)(
    'an IPv6 client is its /64, to all of them, and an IPv4 client is another',
    async () => {
      const { urls, replicas, ports, redisPort } = await together(paths);
      const [v4, v6] = [await settle(8, urls[0]), await settle(8, urls[1])];
      for (const { outcomes } of [v4, v6]) {
        expect(outcomes.filter((outcome) => outcome === 'connected')).toHaveLength(6);
        expect(outcomes.filter((outcome) => outcome === 4300)).toHaveLength(2);
      }
      const said = replicas.map(({ output }) => output()).join('');
      expect([said.match(/"client":"127\.0\.0\.1"/g), said.match(/"client":"::1"/g)]).toEqual([
        expect.objectContaining({ length: 6 }),
        expect.objectContaining({ length: 6 }),
      ]);
      const names = await namesIn(redisPort);
      expect(names).toContain('peerglass:places:0:0:0:0::/64');
      expect(names).not.toContain('places:::1');

      // Loopback has one IPv6 address: more of them as a proxy names them.
      const roaming = (last: number) => {
        const headers = { 'X-Forwarded-For': `2001:db8:1:2::${last}` };
        return tunnel(`http://127.0.0.1:${ports[last % 2]}`, { headers }).settled;
      };
      const outcomes: unknown[] = [];
      for (let last = 1; last <= 8; last++) outcomes.push(await roaming(last));
      expect(outcomes).toEqual([...Array<string>(6).fill('connected'), 4300, 4300]);
    },
  );
});

describeWithRedis('two workers and a second bridge', (redis) => {
  test('share one limit; when Redis is killed each bridge counts alone, loudly, and no tunnel ends', async () => {
    const [redisPort] = (await freePorts(1)) as [number];
    const first = startRedis(redis, redisPort);
    const started = await Promise.all([
      replica(redisPort, '--port', '0', '--workers', '2'),
      replica(redisPort, '--port', '0'),
    ]);
    const [pair, single] = started;
    const standing: ReturnType<typeof tunnel>[] = [];
    for (const { url } of [pair, single, pair, single, pair, single]) {
      const opened = tunnel(url);
      expect(await opened.settled).toBe('connected');
      standing.push(opened);
    }
    const workers = [...pair.output().matchAll(/"pid":(\d+),"id"/g)].map(([, pid]) => pid);
    expect(new Set(workers).size).toBe(2);
    for (const { url } of started) expect((await settle(3, url)).outcomes).toEqual([4300, 4300, 4300]);

    first.kill('SIGKILL');
    await until(() => started.every(({ output }) => output().includes('Redis is away')));
    for (const { output } of started) {
      expect(output().match(/"level":"error".*Redis is away/g)).toHaveLength(1);
    }
    expect(standing.map(({ ws }) => ws.readyState)).toEqual(Array<number>(6).fill(WebSocket.OPEN));
    // Three of the six stand at each: three more fit, over both workers as one.
    for (const { url } of started) {
      const { outcomes } = await settle(5, url);
      expect(outcomes.filter((outcome) => outcome === 'connected')).toHaveLength(3);
      expect(outcomes.filter((outcome) => outcome === 4300)).toHaveLength(2);
    }
    expect(standing.map(({ ws }) => ws.readyState)).toEqual(Array<number>(6).fill(WebSocket.OPEN));

    startRedis(redis, redisPort);
    await until(() => started.every(({ output }) => /Redis is away[^]*Redis answers/.test(output())));
    for (const { ws } of standing) ws.close();
    // Six stand, three at each: shared again, that is all.
    await until(() => started.every(({ output }) => output().match(/"tunnel ended"/g)?.length === 3));
    for (const { url } of started) expect((await settle(2, url)).outcomes).toEqual([4300, 4300]);
  });
});
