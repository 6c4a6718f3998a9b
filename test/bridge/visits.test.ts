/** Connections to the page and the API that take their time, or ask ahead of their answers. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { handshake } from '../load/link.js';
import { type BridgeDeps } from '../../bridge/server.js';
import { bridgeWith, FakeClock, until } from './support.js';

const get = (target: string) => `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`;

async function visitor(deps: Partial<BridgeDeps> = {}) {
  const clock = new FakeClock();
  const bridge = await bridgeWith([], { clock, ...deps });
  const socket = connect(bridge.port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  let answer = '';
  socket.on('error', () => undefined).on('data', (chunk) => (answer += chunk.toString('latin1')));
  await once(socket, 'connect');
  const answers = () => answer.split('HTTP/1.1 ').length - 1;
  return { clock, bridge, socket, answers, answer: () => answer };
}

/** A page with one file that no system takes in one go. */
async function largePage(): Promise<string> {
  const root = await mkdtemp(path.join(tmpdir(), 'peerglass-page-'));
  onTestFinished(() => rm(root, { recursive: true }));
  await writeFile(path.join(root, 'large.js'), Buffer.alloc(32 << 20));
  return root;
}

/** Perhaps by a reset: what it wrote last may not have been read. */
const closed = (socket: Socket) => new Promise<unknown>((resolve) => socket.once('close', resolve));

test('empty lines after an answer do not keep a connection', async () => {
  const { clock, socket, answers } = await visitor();
  socket.write(get('/healthz'));
  await until(() => answers() === 1);
  for (let i = 0; i < 9; i++) {
    socket.write('\r\n');
    clock.advance(1000);
  }
  socket.write(`\r\n${get('/healthz')}`);
  await until(() => answers() === 2);
  const gone = closed(socket);
  for (let i = 0; i < 11; i++) {
    socket.write('\r\n');
    clock.advance(1000);
  }
  await gone;
});

test('who never takes an answer is let go', async () => {
  const { clock, socket, answers } = await visitor({ pageRoot: await largePage() });
  socket.write(get('/large.js'));
  await until(() => answers() === 1);
  socket.pause();
  clock.advance(119_000);
  expect(socket.destroyed).toBe(false);
  clock.advance(2000);
  socket.resume();
  await closed(socket);
});

test('a few requests ahead of their answers are answered in order, hundreds are not held', async () => {
  const { socket, answers, bridge } = await visitor({ resolveSeed: () => new Promise(() => undefined) });
  socket.write(get('/healthz').repeat(8));
  await until(() => answers() === 8);
  const gone = closed(socket);
  socket.write(get('/v1/seeds?network=main') + get('/healthz').repeat(500));
  await gone;
  expect(answers()).toBe(8);
  expect(bridge.ready).toBe(true);
});

test('an upgrade behind a request that is not answered yet is refused: its answer is no byte of the tunnel', async () => {
  let found: (addresses: string[]) => void = () => undefined;
  const resolveSeed = () => new Promise<string[]>((resolve) => (found = resolve));
  const { socket, answer, bridge } = await visitor({ resolveSeed });
  socket.write(get('/v1/seeds?network=main') + handshake('/v1/tunnel?host=127.0.0.1&port=1', 'peerglass.v1'));
  await closed(socket);
  found(['8.8.8.8']);
  expect(answer()).toBe('');
  expect(bridge.stats().tunnels).toBe(0);
});
