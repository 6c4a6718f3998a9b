/** Flags, environment and file: which comes first, and that a mistake in any of them is told by value and place. */
import { describe, expect, test } from 'vitest';
import { helpText, parseCommandLine } from '../../bridge/config.js';

const FILE = '/etc/peerglass.json';

function read({
  flags = [],
  env = {},
  file,
}: {
  flags?: string[];
  env?: Record<string, string>;
  file?: string | Record<string, unknown>;
}) {
  const args = file === undefined ? flags : [...flags, '--config', FILE];
  const text = typeof file === 'string' ? file : JSON.stringify(file);
  return parseCommandLine(args, {
    env,
    readFile: (path) => {
      if (path !== FILE) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
      return text;
    },
  });
}

const config = (result: ReturnType<typeof read>) => {
  if (result.kind !== 'run') throw new Error(JSON.stringify(result));
  return result.config;
};
const complaint = (result: ReturnType<typeof read>) => {
  if (result.kind !== 'error') throw new Error(`it was taken: ${JSON.stringify(result)}`);
  return result.message;
};

describe('where settings come from', () => {
  test('flags before the environment, that before the file, that before the defaults', () => {
    const file = { port: 1, 'max-tunnels': 1, 'connect-timeout': '1', origin: ['http://file.example'] };
    const env = { PEERGLASS_PORT: '2', PEERGLASS_MAX_TUNNELS: '2', PEERGLASS_ORIGIN: '' };
    expect(config(read({ flags: ['--port', '3'], env, file }))).toMatchObject({
      port: 3,
      'max-tunnels': 2,
      'connect-timeout': 1000,
      'idle-timeout': 300_000,
      origin: ['http://file.example'], // an empty variable is none
    });
  });

  test('lists in variables have commas, flags without an argument are true or false', () => {
    const env = {
      PEERGLASS_ALLOW: '127.0.0.1:18444, [::1]:18444,',
      PEERGLASS_NO_DEMO: 'true',
      PEERGLASS_METRICS: '0',
      PEERGLASS_VERSION: '9',
      PEERGLASS_CHROMIUM: '/usr/bin/chromium', // of others
    };
    const { allow, metrics, 'no-demo': noDemo } = config(read({ env }));
    expect(allow.map(({ text }) => text)).toEqual(['127.0.0.1:18444', '[::1]:18444']);
    expect([noDemo, metrics]).toEqual([true, false]);
  });

  test('the file may be named by a variable', () => {
    const readFile = () => '{"port": 7}';
    const result = parseCommandLine([], { env: { PEERGLASS_CONFIG: FILE }, readFile });
    expect(config(result).port).toBe(7);
  });
});

/** A value that each setting refuses; `true` for those that have no argument. */
const MISTAKES: Record<string, string> = {
  host: 'example.com',
  port: '65536',
  allow: '10.0.0.0/40',
  origin: 'https://page.example/path',
  'public-url': 'peerglass.example',
  'no-demo': 'maybe',
  deny: '*',
  socks5: '127.0.0.1:0',
  'socks5-all': 'maybe',
  'socks5-resolve': 'maybe',
  'access-key': 'hunter2',
  'access-key-file': '/nowhere/key',
  classroom: 'maybe',
  'max-opens-per-minute': '-1',
  'max-opens-per-minute-in-all': 'many',
  'max-destinations-per-hour': '0x10',
  'max-failures-per-hour': '1.5',
  'max-mib-per-day': '1e9',
  'max-mib-per-day-in-all': '9999999999',
  'max-kib-per-second': '１',
  'max-kib-per-second-in-all': ' 1',
  'max-tunnels': '0',
  'max-tunnels-per-client': '1e3',
  'max-buffered-mib': '-1',
  'connect-timeout': '0',
  'socks5-timeout': '90000',
  'first-byte-timeout': '0.5',
  'idle-timeout': 'never',
  'stall-timeout': '86401',
  'trust-proxy': '10.0.0.0/33',
  'tls-cert': 'cert.pem',
  'tls-key': 'key.pem',
  'drain-seconds': '0',
  workers: '-2',
  redis: 'http://user:hunter2@127.0.0.1',
  metrics: 'maybe',
  'metrics-port': 'http',
  'metrics-host': '127.1',
  'log-format': 'xml',
  'log-level': 'loud',
  'log-destinations': 'maybe',
  'log-clients': 'maybe',
};
const LISTS = ['allow', 'deny', 'origin', 'trust-proxy'];
const SECRETS = ['redis', 'access-key'];
const FLAGS = [
  'no-demo',
  'classroom',
  'socks5-all',
  'socks5-resolve',
  'metrics',
  'log-destinations',
  'log-clients',
];

describe('a mistake', () => {
  test('is known for every setting of --help', () => {
    const listed = [...helpText().matchAll(/^ {2}--([a-z0-9-]+)/gm)].map(([, name]) => name!);
    const settings = listed.filter((name) => !['help', 'version', 'config'].includes(name));
    expect(Object.keys(MISTAKES).sort()).toEqual(settings.sort());
  });

  describe.each(Object.entries(MISTAKES))('in %s', (name, value) => {
    const shown = SECRETS.includes(name) ? '' : JSON.stringify(value);
    const good = LISTS.includes(name)
      ? { allow: 'node.example', deny: 'node.example', origin: 'http://a.example', 'trust-proxy': '::1' }[
          name
        ]!
      : undefined;

    test('on the command line', () => {
      const before = good === undefined ? [] : [`--${name}`, good];
      const message = complaint(read({ flags: [...before, `--${name}=${value}`] }));
      expect(message).toContain(`--${name}`);
      expect(message).toContain(FLAGS.includes(name) ? 'does not take an argument' : shown);
      expect(message).not.toMatch(/hunter2|\n/);
    });

    test('in the environment', () => {
      const variable = `PEERGLASS_${name.toUpperCase().replaceAll('-', '_')}`;
      const message = complaint(
        read({ env: { [variable]: good === undefined ? value : `${good},${value}` } }),
      );
      expect(message).toContain(variable);
      expect(message).toContain(shown);
      expect(message).not.toMatch(/hunter2|\n|--(?!tls)/);
    });

    test('in the file: its value, or its type', () => {
      const message = complaint(read({ file: { [name]: good === undefined ? value : [good, value] } }));
      expect(message).toContain(`${FILE}, "${name}"`);
      expect(message).toContain(shown);
      expect(message).not.toMatch(/hunter2|\n/);
      for (const wrong of [null, { a: 1 }, [[]], ...(FLAGS.includes(name) ? [1] : [true])]) {
        const typed = complaint(read({ file: { [name]: wrong } }));
        expect(typed).toMatch(/expected (true or false|a string|a list)/);
        expect(typed).toContain(`${FILE}, "${name}"`);
      }
    });
  });

  test.each([
    ['{"prot": 8324}', `${FILE}, "prot": no such setting`],
    ['{"config": "other.json"}', `${FILE}, "config": no such setting`],
    ['{"__proto__": 1}', `${FILE}, "__proto__": no such setting`],
    ['{\n"redis": "redis://:hunter2@h",\n}', 'it is not JSON'],
    ['[]', 'expected one JSON object'],
    ['null', 'expected one JSON object'],
    ['', 'it is not JSON'],
  ])('in the file itself: %j', (file, message) => {
    const told = complaint(read({ file }));
    expect(told).toContain(message);
    expect(told).toContain(FILE);
    expect(told).not.toContain('hunter2');
  });

  test.each([
    ['public-url', 'https://user:hunter2@peerglass.example'],
    ['public-url', 'https://user:hunter2/@peerglass.example'],
    ['public-url', 'https://hunter2@peerglass.example/page'],
    ['public-url', 'ftp://user:hunter2@peerglass.example'],
    ['socks5', 'user:hunter2@127.0.0.1:9050'],
    ['origin', 'https://user:hunter2@page.example'],
    ['trust-proxy', 'user:hunter2"@127.0.0.1'],
  ])('in %s: %s, of which no user and no password is shown', (name, value) => {
    const variable = `PEERGLASS_${name.toUpperCase().replaceAll('-', '_')}`;
    const file = { [name]: ['origin', 'trust-proxy'].includes(name) ? [value] : value };
    for (const told of [
      complaint(read({ flags: [`--${name}=${value}`] })),
      complaint(read({ env: { [variable]: value } })),
      complaint(read({ file })),
      complaint(read({ file: { [name]: { [name]: [value] } } })),
    ]) {
      expect(told).not.toMatch(/hunter2|user:/);
      expect(told).toMatch(/expected|That is not/);
    }
  });

  test.each([
    ['PEERGLASS_ACESS_KEY', 'PEERGLASS_ACCESS_KEY'],
    ['PEERGLASS_ACCESSKEY', 'PEERGLASS_ACCESS_KEY'],
    ['PEERGLASS_ACCESS-KEY', 'PEERGLASS_ACCESS_KEY'],
    ['peerglass_access_key', 'PEERGLASS_ACCESS_KEY'],
    ['PEERGLASS_ALOW', 'PEERGLASS_ALLOW'],
    ['PEERGLASS_MAX_TUNNEL_PER_CLIENT', 'PEERGLASS_MAX_TUNNELS_PER_CLIENT'],
  ])('in the name of a variable: %s; its value may be a secret', (variable, meant) => {
    expect(complaint(read({ env: { [variable]: 'hunter2' } }))).toBe(
      `"${variable}": no such setting; is ${meant} meant?`,
    );
  });

  test('variables that the tests have for their tools are no mistake', () => {
    const tools = ['BITCOIND', 'CHROMIUM', 'FIREFOX', 'TSHARK', 'REDIS_SERVER', 'HAPROXY', 'NGINX', 'TOR'];
    const names = [...tools, 'FUZZ', 'RECORD', 'SEED'].map((name) => `PEERGLASS_${name}`);
    expect(config(read({ env: Object.fromEntries(names.map((name) => [name, '1'])) })).port).toBe(8324);
  });

  test('a file that is not there', () => {
    expect(complaint(read({ flags: ['--config', '/nowhere.json'] }))).toBe(
      '--config "/nowhere.json": ENOENT',
    );
  });
});
