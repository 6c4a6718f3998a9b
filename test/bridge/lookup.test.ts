import { describe, expect, onTestFinished, test } from 'vitest';
import { addressesInHosts, systemResolve } from '../../bridge/lookup.js';
import { closeCodes } from '../../shared/tunnel/index.js';
import { handshake } from '../load/link.js';
import { bridgeWith, clientOf, rawExchange, tunnelAddress, until } from './support.js';

describe('names', () => {
  test('of this machine’s own table', () => {
    const table = '127.0.0.1 localhost\n# 10.0.0.9 node\n10.0.0.1\tNode.example node # mine\nfd00::1 node\n';
    expect(addressesInHosts(table, 'node')).toEqual(['10.0.0.1', 'fd00::1']);
    expect(addressesInHosts(table, 'node.example')).toEqual(['10.0.0.1']);
    expect(addressesInHosts(table, '10.0.0.1')).toEqual([]);
    expect(addressesInHosts('', 'node')).toEqual([]);
  });

  test('localhost never leaves the machine', async () => {
    const { signal } = new AbortController();
    expect(await systemResolve('localhost', signal)).toContain('127.0.0.1');
    expect(await systemResolve('any.localhost', signal)).toEqual(['127.0.0.1', '::1']);
  });
});

test('shutting down calls look-ups off, and tells whoever waits for one', async () => {
  let calledOff = false;
  let asked: () => void = () => undefined;
  const wasAsked = new Promise<void>((resolve) => (asked = resolve));
  const bridge = await bridgeWith([], {
    resolve: (_, signal) => {
      asked();
      return new Promise((_, reject) =>
        signal.addEventListener('abort', () => {
          calledOff = true;
          reject(new Error('called off'));
        }),
      );
    },
  });
  const client = clientOf(tunnelAddress(bridge, { host: 'slow.example', port: 8333 }));
  await wasAsked;
  const closing = bridge.close();
  expect(await client.closed).toMatchObject({ code: closeCodes['shutting-down'].code });
  await closing;
  expect(calledOff).toBe(true);
});

test('many look-ups at once are nothing to warn of', async () => {
  const warnings: string[] = [];
  const onWarning = ({ name }: Error) => warnings.push(name);
  process.on('warning', onWarning);
  onTestFinished(() => void process.off('warning', onWarning));
  let asked = 0;
  const resolve = () => {
    asked += 1;
    return new Promise<string[]>(() => undefined);
  };
  const bridge = await bridgeWith([], { resolve });
  const clients = Array.from({ length: 12 }, () =>
    clientOf(tunnelAddress(bridge, { host: 'slow.example', port: 8333 })),
  );
  await until(() => asked === clients.length);
  await bridge.close();
  expect(warnings).toEqual([]);
});

test('who asks without the subprotocol hears by 503 when to come again', async () => {
  let asked = false;
  const resolve = (_: string, signal: AbortSignal) => {
    asked = true;
    return new Promise<string[]>((_, reject) => signal.addEventListener('abort', () => reject(new Error())));
  };
  const bridge = await bridgeWith([], { resolve });
  const answer = rawExchange(bridge.port, handshake('/v1/tunnel?host=slow.example&port=8333'));
  await until(() => asked);
  await bridge.close();
  expect(await answer).toMatch(/^HTTP\/1\.1 503 .*\r\n(.*\r\n)*Retry-After: [1-9]\d?\r\n/);
});
