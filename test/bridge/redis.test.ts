/** Limits in a real Redis: shared by several stores, given back by those that were killed, local while it is away. */
import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { LocalStore } from '../../bridge/limits/local-store.js';
import { openRedisStore } from '../../bridge/limits/redis-store.js';
import { type LimitStore, type Place, type WindowLimits } from '../../bridge/limits/store.js';
import { createLog } from '../../bridge/log.js';
import { freePorts, startChild } from '../setup/processes.js';
import { describeWithRedis } from '../setup/tools.js';

const NONE: WindowLimits = {
  opens: undefined,
  allOpens: undefined,
  destinations: undefined,
  failures: undefined,
  bytes: undefined,
  allBytes: undefined,
  bandwidth: undefined,
  allBandwidth: undefined,
};

async function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write('PING\r\n'));
    socket.on('data', (data) => {
      socket.destroy();
      resolve(/PONG|NOAUTH/.test(data.toString()));
    });
    socket.on('error', () => resolve(false));
  });
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(20);
}

async function redisServer(path: string, port: number, more: string[] = []): Promise<ChildProcess> {
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', ...more];
  const child = startChild(path, args);
  child.stdout.resume();
  child.stderr.resume();
  await until(() => answers(port));
  return child;
}

async function store(
  port: number,
  { limits = {}, total = 100, perClient = 2, leaseMs = 30_000, user = '' } = {} as {
    limits?: Partial<WindowLimits>;
    total?: number;
    perClient?: number;
    leaseMs?: number;
    user?: string;
  },
) {
  const lines: string[] = [];
  const states: string[] = [];
  const all = { limits: { ...NONE, ...limits }, tunnels: { perClient, total } };
  const opened = await openRedisStore({
    url: `redis://${user}127.0.0.1:${port}`,
    ...all,
    local: new LocalStore(all),
    log: createLog({ format: 'json', print: (line) => lines.push(line) }),
    onState: (state) => states.push(state),
    leaseMs,
  });
  onTestFinished(() => opened.close());
  return { store: opened as LimitStore, lines, states };
}

const isPlace = (place: Place | string): place is Place => typeof place !== 'string';

describeWithRedis('limits in a real Redis', (path) => {
  test('places, windows and distinct names are shared by all stores', async () => {
    const [port] = (await freePorts(1)) as [number];
    await redisServer(path, port);
    const limits = { opens: 3, destinations: 2 };
    const [one, other] = await Promise.all([
      store(port, { limits, total: 3 }),
      store(port, { limits, total: 3 }),
    ]);
    const [a, b] = [await one.store.acquire('192.0.2.1'), await other.store.acquire('192.0.2.1')];
    expect([isPlace(a), isPlace(b)]).toEqual([true, true]);
    expect(await one.store.acquire('192.0.2.1')).toBe('limit-client');
    expect(isPlace(await one.store.acquire('192.0.2.2'))).toBe(true);
    expect(await other.store.acquire('192.0.2.3')).toBe('limit-total');
    (a as Place).release();
    (a as Place).release();
    await until(async () => isPlace(await other.store.acquire('192.0.2.3')));

    expect(await one.store.consume('opens', 'x', 2)).toEqual({ ok: true });
    expect(await other.store.consume('opens', 'x', 2)).toMatchObject({ ok: false }); // and counts nothing
    expect(await other.store.hasRoom('opens', 'x')).toEqual({ ok: true });
    expect(await other.store.consume('opens', 'x', 1)).toEqual({ ok: true });
    const refused = await one.store.hasRoom('opens', 'x');
    expect(refused.ok).toBe(false);
    expect((refused as { waitMs: number }).waitMs).toBeLessThanOrEqual(60_000);
    for (const name of ['n1', 'n2', 'n1']) {
      expect(await one.store.consumeDistinct('destinations', 'x', name)).toEqual({ ok: true });
    }
    expect(await other.store.consumeDistinct('destinations', 'x', 'n2')).toEqual({ ok: true });
    expect(await other.store.consumeDistinct('destinations', 'x', 'n3')).toMatchObject({ ok: false });
  });

  test('places that nobody renews come back; those that stand are renewed', async () => {
    const [port] = (await freePorts(1)) as [number];
    await redisServer(path, port);
    const standing = await store(port, { perClient: 1, leaseMs: 600 });
    expect(isPlace(await standing.store.acquire('192.0.2.1'))).toBe(true);
    // A lease of a bridge that was killed: nobody renews it.
    const killed = connect({ port, host: '127.0.0.1' });
    onTestFinished(() => void killed.destroy());
    const ends = Date.now() + 600;
    killed.write(`ZADD peerglass:places:192.0.2.2 ${ends} x\r\nZADD peerglass:places ${ends} x\r\n`);
    await once(killed, 'data');
    const other = await store(port, { perClient: 1 });
    expect(await other.store.acquire('192.0.2.2')).toBe('limit-client');
    await until(async () => isPlace(await other.store.acquire('192.0.2.2')));
    await sleep(1000);
    expect(await other.store.acquire('192.0.2.1')).toBe('limit-client');
  });

  test('without Redis limits are local, loudly; no place is lost; once it is back they are shared again', async () => {
    const [port] = (await freePorts(1)) as [number];
    const first = await redisServer(path, port);
    const [one, other] = await Promise.all([store(port), store(port)]);
    const place = await one.store.acquire('192.0.2.1');
    first.kill('SIGKILL');
    await until(() => one.states.at(-1) === 'local' && other.states.at(-1) === 'local');
    // The place from before counts here, and not there.
    expect(isPlace(await one.store.acquire('192.0.2.1'))).toBe(true);
    expect(await one.store.acquire('192.0.2.1')).toBe('limit-client');
    const there = await other.store.acquire('192.0.2.1');
    expect(isPlace(there)).toBe(true);
    expect(one.lines.filter((line) => line.includes('Redis is away'))).toHaveLength(1);

    await redisServer(path, port);
    await until(() => one.states.at(-1) === 'shared' && other.states.at(-1) === 'shared');
    expect(await other.store.acquire('192.0.2.1')).toBe('limit-client'); // three stand, two are allowed
    (place as Place).release();
    (there as Place).release();
    await until(async () => isPlace(await other.store.acquire('192.0.2.1')));
  });

  test('a Redis that hangs costs one time-out, not one a question', async () => {
    const [port] = (await freePorts(1)) as [number];
    const server = await redisServer(path, port);
    const { store: hung, states } = await store(port, { perClient: 1000, total: 1000 });
    server.kill('SIGSTOP');
    for (let i = 0; i < 100; i++) expect(isPlace(await hung.acquire('192.0.2.1'))).toBe(true);
    expect(states.at(-1)).toBe('local');
    server.kill('SIGCONT');
    await until(() => states.at(-1) === 'shared');
  });

  test('a wrong password is no secret in the log, and not the end', async () => {
    const [port] = (await freePorts(1)) as [number];
    await redisServer(path, port, ['--requirepass', 'right']);
    const { store: denied, states, lines } = await store(port, { user: ':hunter2@' });
    expect(isPlace(await denied.acquire('192.0.2.1'))).toBe(true);
    expect(states).toEqual(['local']);
    expect(lines.join()).toContain('Redis cannot be reached');
    expect(lines.join()).not.toContain('hunter2');
  });
});

describe('without any Redis', () => {
  test('the bridge starts all the same', async () => {
    const [port] = (await freePorts(1)) as [number];
    const { store: alone, states } = await store(port);
    expect(isPlace(await alone.acquire('192.0.2.1'))).toBe(true);
    expect(states).toEqual(['local']);
  });
});
