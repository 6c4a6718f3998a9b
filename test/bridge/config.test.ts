import { describe, expect, test } from 'vitest';
import { helpText, parseCommandLine } from '../../bridge/config.js';

describe('the command line', () => {
  test('without flags: loopback, port 8324, the demo node, nothing private', () => {
    expect(parseCommandLine([])).toMatchObject({
      kind: 'run',
      config: {
        host: '127.0.0.1',
        port: 8324,
        allow: [],
        origin: [],
        'no-demo': false,
        'idle-timeout': 300_000,
      },
    });
  });

  test('takes every flag that --help lists', () => {
    const values: Record<string, string[]> = {
      host: ['::1'],
      port: ['0'],
      allow: ['localhost:18444', '[::1]:2222'],
      origin: ['https://page.example', 'http://localhost:5173'],
      'public-url': ['https://peerglass.example/'],
      deny: ['*:22', 'node.example'],
      socks5: ['127.0.0.1:9050'],
      'access-key': ['correct horse battery'],
      'trust-proxy': ['loopback', '10.0.0.0/8'],
      redis: ['redis://127.0.0.1:6379'],
      'metrics-host': ['::1'],
      'log-format': ['json'],
      'log-level': ['debug'],
    };
    const flags = [...helpText().matchAll(/^ {2}--([a-z0-9-]+)( [A-Z:]+)?/gm)]
      .map(([, name, argument]) => ({ name: name!, argument }))
      .filter(({ name }) => !['help', 'version', 'config', 'access-key-file'].includes(name));
    const args = flags.flatMap(({ name, argument }) =>
      argument === undefined
        ? [`--${name}`]
        : (values[name] ?? ['7']).flatMap((value) => [`--${name}`, value]),
    );
    expect(flags.length).toBeGreaterThan(10);
    expect(parseCommandLine(args)).toMatchObject({
      kind: 'run',
      config: { host: '::1', port: 0, 'no-demo': true, 'max-tunnels': 7, 'connect-timeout': 7000 },
    });
  });

  test.each([
    [['--port', '65536'], '--port "65536"'],
    [['--port', 'http'], '--port "http"'],
    [['--host', 'example.com'], '--host "example.com"'],
    [['--host', '::1%lo'], '--host "::1%lo"'],
    [['--allow', '10.0.0.1', '--allow', '10.0.0.0/40'], '--allow "10.0.0.0/40"'],
    [['--allow', '127.1'], '--allow "127.1"'],
    [['--origin', 'https://page.example/path'], '--origin "https://page.example/path"'],
    [['--origin', 'null'], '--origin "null"'],
    [['--origin', '*'], '--origin "*"'],
    [['--public-url', 'peerglass.example'], '--public-url "peerglass.example"'],
    [['--max-tunnels', '0'], '--max-tunnels "0"'],
    [['--max-tunnels', '1e3'], '--max-tunnels "1e3"'],
    [['--idle-timeout', '-1'], '--idle-timeout "-1"'],
    [['--port', '--no-demo'], '--port "--no-demo"'],
    [['--idle-timeout', '0.5'], '--idle-timeout "0.5"'],
    [['--no-such-flag'], '--no-such-flag'],
    [['positional'], 'positional'],
    [['--port'], '--port'],
  ])('%j is refused in one line that names it', (args, named) => {
    const result = parseCommandLine(args);
    expect(result.kind).toBe('error');
    const { message } = result as { message: string };
    expect(message).toContain(named);
    expect(message).not.toContain('\n');
  });

  test('--help and --version', () => {
    expect(parseCommandLine(['--help'])).toEqual({ kind: 'help' });
    expect(parseCommandLine(['--version', '--port', '0'])).toEqual({ kind: 'version' });
  });
});
