/** Whose address counts behind proxies: never what a client claims of itself. */
import { type IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { clientAddresser } from '../../bridge/trust.js';

const request = (remoteAddress: string, forwarded?: string) =>
  ({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  }) as unknown as IncomingMessage;

describe('the client’s address', () => {
  test.each([
    ['without a trusted proxy, whatever is claimed', [], '198.51.100.1', '192.0.2.1', '198.51.100.1'],
    ['from an untrusted proxy', ['10.0.0.0/8'], '198.51.100.1', '192.0.2.1', '198.51.100.1'],
    ['from a trusted one', ['10.0.0.0/8'], '10.0.0.1', '192.0.2.1', '192.0.2.1'],
    [
      'the client’s own entry does not count',
      ['10.0.0.0/8'],
      '10.0.0.1',
      '127.0.0.1, 192.0.2.1',
      '192.0.2.1',
    ],
    ['right to left over two', ['10.0.0.0/8'], '10.0.0.1', '203.0.113.9, 192.0.2.1, 10.0.0.2', '192.0.2.1'],
    ['an IPv4-mapped proxy', ['10.0.0.0/8'], '::ffff:10.0.0.1', '192.0.2.1', '192.0.2.1'],
    ['loopback by name', ['loopback'], '::1', '2001:db8::1', '2001:db8::1'],
    ['with a port', ['loopback'], '127.0.0.1', '192.0.2.1:4711', '192.0.2.1'],
    ['IPv6 with a port', ['loopback'], '127.0.0.1', '[2001:db8::1]:4711', '2001:db8::1'],
    ['no header', ['loopback'], '127.0.0.1', undefined, '127.0.0.1'],
    ['garbage', ['loopback'], '127.0.0.1', 'unknown', '127.0.0.1'],
    ['garbage before a proxy', ['10.0.0.0/8'], '10.0.0.1', '192.0.2.1, _hidden, 10.0.0.2', '10.0.0.2'],
    ['nothing but commas', ['loopback'], '127.0.0.1', ',,,', '127.0.0.1'],
  ])('%s', (_, trusted, remote, forwarded, expected) => {
    expect(clientAddresser(trusted)(request(remote, forwarded))).toBe(expected);
  });
});
