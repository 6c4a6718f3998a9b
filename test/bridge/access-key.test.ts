/** --access-key: nothing is dialled without it, guessing is slow, and nobody reads it anywhere. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { parseCommandLine } from '../../bridge/config.js';
import { closeCodes, openTunnel, TunnelError } from '../../shared/tunnel/index.js';
import {
  bridgeWith,
  clientOf,
  echo,
  FakeClock,
  rawExchange,
  refusedHandshake,
  tcpServer,
  tunnelAddress,
  until,
} from './support.js';

const KEY = 'sechs Füchse im Schnee';

async function locked(flags: string[] = ['--access-key', KEY], deps: Parameters<typeof bridgeWith>[1] = {}) {
  let dialled = 0;
  const server = await tcpServer((socket) => {
    dialled += 1;
    echo(socket);
  });
  const bridge = await bridgeWith(['--allow', `127.0.0.1:${server.port}`, ...flags], deps);
  const address = tunnelAddress(bridge, server);
  const saying = (...frames: (string | Buffer)[]) => {
    const client = clientOf(address);
    client.ws.once('open', () => frames.forEach((frame) => client.ws.send(frame)));
    return client;
  };
  const open = (accessKey?: string) =>
    openTunnel({
      bridgeUrl: `http://127.0.0.1:${bridge.port}`,
      host: '127.0.0.1',
      port: server.port,
      WebSocket,
      accessKey,
    });
  return { bridge, server, address, saying, open, dialled: () => dialled };
}

const access = (key: unknown) => JSON.stringify({ type: 'access', key });
const name = (code: number) => Object.entries(closeCodes).find(([, row]) => row.code === code)?.[0];
const bearer = (key: string) => ({
  headers: { Authorization: `Bearer ${Buffer.from(key).toString('latin1')}` },
});

describe('a bridge with an access key', () => {
  test('connects who says it first, with whatever came right behind', async () => {
    const { saying } = await locked();
    const client = saying(
      access(KEY),
      Buffer.from('early'),
      '{"type":"credit","bytes":1000}',
      Buffer.from(' bytes'),
    );
    expect((await client.bytes(11)).toString()).toBe('early bytes');
    expect(client.control[0]).toMatchObject({ type: 'connected' });
  });

  test.each([
    ['nothing of it but a credit', ['{"type":"credit","bytes":1}'], 'access-needed'],
    ['bytes', [Buffer.from('hello')], 'access-needed'],
    ['an empty frame', [Buffer.alloc(0)], 'access-needed'],
    ['bytes, and then the key', [Buffer.from('hello'), access(KEY)], 'access-needed'],
    ['a message of the future', ['{"type":"other"}'], 'access-needed'],
    ['another key', [access('sechs Füchse im Regen')], 'access-denied'],
    ['the beginning of the key', [access(KEY.slice(0, -1))], 'access-denied'],
    ['the key and more', [access(`${KEY} `)], 'access-denied'],
    ['no key', [access('')], 'access-denied'],
    ['another key, and then the key', [access('wrong'), access(KEY)], 'access-denied'],
    ['a key that is no text', [access(7)], 'bad-control'],
    ['no JSON', ['key'], 'bad-control'],
  ])('who says %j gets a close code, and nothing is dialled', async (_, frames, expected) => {
    const { saying, dialled, bridge } = await locked();
    expect(name((await saying(...frames).closed).code)).toBe(expected);
    await until(() => bridge.stats().tunnels === 0);
    expect(dialled()).toBe(0);
  });

  test('who says nothing has 5 seconds', async () => {
    const clock = new FakeClock();
    const { saying, bridge, dialled } = await locked(undefined, { clock });
    const client = saying();
    await until(() => bridge.stats().tunnels === 1);
    clock.advance(4999);
    expect(bridge.stats().tunnels).toBe(1);
    clock.advance(1);
    expect(name((await client.closed).code)).toBe('access-needed');
    expect(dialled()).toBe(0);
  });

  test('plain clients say it in Authorization, or get 401', async () => {
    const { address, dialled } = await locked();
    expect((await refusedHandshake(address)).status).toBe(401);
    expect((await refusedHandshake(address, bearer('sechs Füchse im Regen'))).body).toContain(
      'access-denied',
    );
    expect((await refusedHandshake(address, { headers: { Authorization: `Basic ${KEY}` } })).status).toBe(
      401,
    );
    expect(dialled()).toBe(0);
    const client = clientOf(address, bearer(KEY), []);
    expect(await client.connected).toMatchObject({ type: 'connected' });
    // With the subprotocol too.
    expect(await clientOf(address, bearer(KEY)).connected).toMatchObject({ type: 'connected' });
    expect(name((await clientOf(address, bearer('wrong')).closed).code)).toBe('access-denied');
  });

  test('never takes it from a URL, and 401 says how to give it', async () => {
    const { bridge, server } = await locked();
    const answer = await rawExchange(
      bridge.port,
      `GET /v1/tunnel?host=127.0.0.1&port=${server.port}&key=${encodeURIComponent(KEY)} HTTP/1.1\r\nHost: localhost\r\n` +
        `Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
        `Sec-WebSocket-Key: ${Buffer.alloc(16, 1).toString('base64')}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 401 [^]*WWW-Authenticate: Bearer\r\n/);
  });

  test('whoever guesses is soon not heard any more, not even with the right one', async () => {
    const { saying, dialled } = await locked(['--access-key', KEY, '--max-failures-per-hour', '3']);
    const ends: (string | undefined)[] = [];
    for (let i = 0; i < 5; i++) ends.push(name((await saying(access(`guess ${i}`)).closed).code));
    expect(ends).toEqual([...Array<string>(3).fill('access-denied'), 'limit-failures', 'limit-failures']);
    expect(name((await saying(access(KEY)).closed).code)).toBe('limit-failures');
    expect(dialled()).toBe(0);
  });

  test('tunnels of shared/tunnel say it, and without it fail with what a person can do', async () => {
    const { open } = await locked();
    const tunnel = open(KEY);
    expect(await tunnel.connected).toMatchObject({ type: 'connected' });
    tunnel.duplex.close();
    const error: unknown = await open().connected.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TunnelError);
    expect(error).toMatchObject({ code: 'access-needed', hint: expect.stringContaining('key') as string });
    await expect(open('wrong').connected).rejects.toMatchObject({ code: 'access-denied' });
  });

  test('says so in /v1/info, and not the key', async () => {
    const { bridge } = await locked();
    const text = await (await fetch(`http://127.0.0.1:${bridge.port}/v1/info`)).text();
    expect(JSON.parse(text)).toMatchObject({ accessKey: true });
    expect(text).not.toContain(KEY);
    const open = await bridgeWith();
    expect(await (await fetch(`http://127.0.0.1:${open.port}/v1/info`)).json()).toMatchObject({
      accessKey: false,
    });
  });
});

test('a bridge without one takes no notice of a key', async () => {
  const { saying, open } = await locked([]);
  const client = saying(access('whatever'), Buffer.from('bytes'));
  expect((await client.bytes(5)).toString()).toBe('bytes');
  const tunnel = open('whatever');
  expect(await tunnel.connected).toMatchObject({ type: 'connected' });
  tunnel.duplex.close();
});

describe('a key in a file', () => {
  async function keyFile(text: string): Promise<string> {
    const folder = await mkdtemp(path.join(tmpdir(), 'peerglass-key-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(path.join(folder, 'key'), text);
    return path.join(folder, 'key');
  }

  test.each([KEY, `${KEY}\n`, `${KEY}\r\n`])('%j is its one line', async (text) => {
    const { saying } = await locked(['--access-key-file', await keyFile(text)]);
    expect(await saying(access(KEY)).connected).toMatchObject({ type: 'connected' });
  });

  test.each(['', 'too short\n', 'two lines of\nthe same file\n', 'x'.repeat(257), `${KEY} \n`])(
    '%j is none: an error that names the file and not what is in it',
    async (text) => {
      const file = await keyFile(text);
      const result = parseCommandLine(['--access-key-file', file]);
      expect(result).toEqual({ kind: 'error', message: expect.stringContaining(file) as string });
      expect(JSON.stringify(result)).not.toMatch(/too short|two lines|xxx|Füchse/);
    },
  );

  test('is one of two places, not both', async () => {
    const file = await keyFile(KEY);
    const result = parseCommandLine(['--access-key', KEY, '--access-key-file', file]);
    expect(result).toMatchObject({
      kind: 'error',
      message: expect.stringContaining('access-key already') as string,
    });
    expect(JSON.stringify(result)).not.toContain(KEY);
  });
});

test('no error shows a key that is too short', () => {
  for (const args of [['--access-key', 'hunter2'], ['--access-key=hunter2']]) {
    const result = parseCommandLine(args);
    expect(result).toMatchObject({
      kind: 'error',
      message: expect.stringContaining('--access-key') as string,
    });
    expect(JSON.stringify(result)).not.toContain('hunter2');
  }
});

test('a key has no space at its ends: header fields would lose it', () => {
  for (const key of [` ${KEY}`, `${KEY} `, ' '.repeat(12), `\u00a0${KEY}`]) {
    expect(parseCommandLine(['--access-key', key])).toMatchObject({ kind: 'error' });
  }
  expect(parseCommandLine(['--access-key', KEY])).toMatchObject({ kind: 'run' });
});
