import fc from 'fast-check';
import { isIPv4, isIPv6 } from 'node:net';
import { describe, expect, test } from 'vitest';
import {
  formatNodeAddress,
  NodeAddressError,
  parseHost,
  parseNodeAddress,
  readTunnelTarget,
  tunnelUrl,
  BridgeUrlError,
} from '../../shared/tunnel/index.js';

describe('a typed node address', () => {
  test.each([
    ['203.0.113.5', '203.0.113.5', 8333],
    ['203.0.113.5:18444', '203.0.113.5', 18444],
    ['  node.example:8333 ', 'node.example', 8333],
    ['Node.Example.', 'node.example', 8333],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example', 8333],
    ['demo', 'demo', 8333],
    ['DEMO:1', 'demo', 1],
    ['2001:DB8::5', '2001:db8::5', 8333],
    ['[2001:db8::5]', '2001:db8::5', 8333],
    ['[2001:db8::5]:65535', '2001:db8::5', 65535],
    ['::1', '::1', 8333],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8', 8333],
    ['[::ffff:192.0.2.1]:1', '::ffff:192.0.2.1', 1],
  ])('%j is %s port %i', (text, host, port) => {
    expect(parseNodeAddress(text, 8333)).toEqual({ host, port });
  });

  test.each([
    ['', 'address-empty'],
    ['   ', 'address-empty'],
    [':8333', 'address-empty'],
    ['a b', 'address-characters'],
    ['１２７.0.0.1', 'address-characters'],
    ['bücher.example', 'address-characters'],
    ['a\r\nb', 'address-characters'],
    ['fe80::1%eth0', 'address-zone'],
    ['[fe80::1%1]:8333', 'address-zone'],
    ['127.1', 'address-ipv4'],
    ['2130706433', 'address-ipv4'],
    ['0x7f.1', 'address-ipv4'],
    ['0177.0.0.1', 'address-ipv4'],
    ['256.0.0.1', 'address-ipv4'],
    ['1.2.3.4.', 'address-ipv4'],
    ['host.0x', 'address-ipv4'],
    ['[::1', 'address-ipv6'],
    [':::', 'address-ipv6'],
    ['1::2::3', 'address-ipv6'],
    ['1:2:3:4:5:6:7:8:9', 'address-ipv6'],
    ['[127.0.0.1]', 'address-ipv6'],
    ['[demo]:1', 'address-ipv6'],
    ['http://node.example', 'address-name'],
    ['user@node.example', 'address-name'],
    ['-a.example', 'address-name'],
    ['a..b', 'address-name'],
    [`${'a'.repeat(64)}.example`, 'address-name'],
    [`${'a.'.repeat(127)}example`, 'address-name'],
    ['a'.repeat(100_000), 'address-name'],
    ['node.example:0', 'address-port'],
    ['node.example:65536', 'address-port'],
    ['node.example:', 'address-port'],
    ['node.example:-1', 'address-port'],
    ['node.example:8e3', 'address-port'],
    ['node.example:８', 'address-port'],
    ['[::1]8333', 'address-port'],
  ])('%j is %s', (text, code) => {
    const parse = () => parseNodeAddress(text, 8333);
    expect(parse).toThrow(NodeAddressError);
    expect(parse).toThrow(
      expect.objectContaining({ code, hint: expect.stringMatching(/\w/) as string }) as Error,
    );
  });

  test('survives being written and read again', () => {
    const hosts = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain());
    fc.assert(
      fc.property(hosts, fc.integer({ min: 1, max: 65_535 }), (host, port) => {
        const address = { host: host.toLowerCase(), port };
        expect(parseNodeAddress(formatNodeAddress(address), 1)).toEqual(address);
      }),
    );
  });

  test('is an IP address exactly when Node says so', () => {
    const texts = fc.oneof(fc.ipV4Extended(), fc.ipV6(), fc.stringMatching(/^[0-9a-f:.]{1,20}$/));
    fc.assert(
      fc.property(texts, (text) => {
        const parsed = (() => {
          try {
            return parseHost(text);
          } catch {
            return 'refused';
          }
        })();
        expect(isIPv4(parsed)).toBe(isIPv4(text));
        expect(isIPv6(parsed)).toBe(isIPv6(text));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the tunnel’s URL', () => {
  test.each([
    ['http://127.0.0.1:8324', 'ws://127.0.0.1:8324/v1/tunnel?'],
    ['127.0.0.1:8324', 'ws://127.0.0.1:8324/v1/tunnel?'],
    ['localhost:8324/', 'ws://localhost:8324/v1/tunnel?'],
    ['ws://[::1]:8324', 'ws://[::1]:8324/v1/tunnel?'],
    ['https://bridge.example/app/', 'wss://bridge.example/app/v1/tunnel?'],
    ['wss://bridge.example', 'wss://bridge.example/v1/tunnel?'],
  ])('of the bridge %s begins %s', (bridge, start) => {
    expect(tunnelUrl(bridge, { host: 'demo', port: 8333 })).toBe(`${start}host=demo&port=8333`);
  });

  test.each(['', 'ftp://bridge.example', 'http://', 'http://a b', 'javascript:alert(1)'])(
    'of the bridge %j is an error',
    (bridge) => {
      expect(() => tunnelUrl(bridge, { host: 'demo', port: 8333 })).toThrow(BridgeUrlError);
    },
  );

  test('is read back as it was written', () => {
    for (const target of [
      { host: '2001:db8::1', port: 18444 },
      { host: 'node.example', port: 1 },
    ]) {
      const { searchParams } = new URL(tunnelUrl('http://127.0.0.1', target));
      expect(readTunnelTarget(searchParams)).toEqual(target);
    }
  });

  test('may carry an IPv6 address in brackets, and demo needs no port', () => {
    expect(readTunnelTarget(new URLSearchParams('host=[::1]&port=1'))).toEqual({ host: '::1', port: 1 });
    expect(readTunnelTarget(new URLSearchParams('host=demo')).host).toBe('demo');
  });
});
