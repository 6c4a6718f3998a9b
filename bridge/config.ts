/** The bridge's configuration: one table of flags, one schema. Where the values come from: settings.ts. */
import { isIP } from 'node:net';
import { z } from 'zod';
import { parseNodeAddress } from '../shared/tunnel/address.js';
import { ACCESS_KEY, MIN_ACCESS_KEY, readAccessKey } from './access.js';
import { type AllowRule, DEFAULT_PORTS, parseAllow, parseDeny } from './allow.js';
import { limitFlags, limitSettings } from './limits/settings.js';
import { gatherSettings, type Raw, SettingsError, type SettingShape, type Surroundings } from './settings.js';
import { parseTrustedProxies } from './trust.js';

const count = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,10}$/, 'expected a whole number')
    .transform(Number)
    .refine((value) => value >= least && value <= most, `expected ${least} to ${most}`);

/** On the command line in seconds, inside in milliseconds. */
const seconds = count(1, 86_400).transform((value) => value * 1000);

const bindAddress = z
  .string()
  .refine(
    (text) => text === 'localhost' || (isIP(text) !== 0 && !text.includes('%')),
    'expected an IP address or localhost',
  );

/** What a function reads that throws errors for people. */
const readBy = <T>(read: (text: string) => T) =>
  z.string().transform((text, context): T => {
    try {
      return read(text);
    } catch (error) {
      context.addIssue({
        code: 'custom',
        message: error instanceof Error ? error.message : 'it cannot be read',
      });
      return z.NEVER;
    }
  });

const allowRule = readBy((text): AllowRule => parseAllow(text));
const denyRule = readBy((text): AllowRule => parseDeny(text));
const proxyAddress = readBy((text) => parseNodeAddress(text, 1080));

/** One line that goes into a header field too. */
const accessKey = z
  .string()
  .min(MIN_ACCESS_KEY, `expected ${MIN_ACCESS_KEY} characters or more`)
  .max(256, 'expected 256 characters or fewer')
  .regex(ACCESS_KEY, 'expected one line without control characters, nor a space at its ends');

/** An origin as browsers write it. */
const origin = z.string().refine((text) => isWebUrl(text) && new URL(text).origin === text, {
  message: 'expected scheme://host or scheme://host:port, http or https, without a path',
});

const publicUrl = z
  .string()
  .refine(isWebUrl, 'expected an http or https URL')
  // It is printed, logged, and handed to people.
  .refine((text) => !isWebUrl(text) || !hasUser(new URL(text)), 'expected a URL without user and password');

const hasUser = ({ username, password }: URL) => username !== '' || password !== '';

function isWebUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

const trustedProxy = z.string().refine((text) => parseTrustedProxies([text]) !== undefined, {
  message: 'expected an IP address, a CIDR range, loopback, linklocal or uniquelocal',
});

const redisUrl = z
  .string()
  .refine((text) => URL.canParse(text) && /^rediss?:$/.test(new URL(text).protocol), {
    message: 'expected redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE], or rediss://',
  });

const file = z.string().min(1, 'expected a file');

/** Read here only to tell what is wrong with it: what is in it stays out of the settings. */
const accessKeyFile = readBy((name) => {
  readAccessKey(name);
  return name;
});

/** Everything as it comes from outside: strings, booleans and lists of strings. */
const settings = z.object({
  config: file.optional(),
  host: bindAddress.default('127.0.0.1'),
  port: count(0, 65_535).default(8324),
  allow: z.array(allowRule).default([]),
  deny: z.array(denyRule).default([]),
  socks5: proxyAddress.optional(),
  'socks5-all': z.boolean().default(false),
  'socks5-resolve': z.boolean().default(false),
  'access-key': accessKey.optional(),
  'access-key-file': accessKeyFile.optional(),
  origin: z.array(origin).default([]),
  'public-url': publicUrl.optional(),
  'no-demo': z.boolean().default(false),
  ...limitSettings,
  'max-buffered-mib': count(1, 65_536).default(256),
  'connect-timeout': seconds.default(10_000),
  'socks5-timeout': seconds.default(60_000),
  'first-byte-timeout': seconds.default(60_000),
  'idle-timeout': seconds.default(300_000),
  'stall-timeout': seconds.default(60_000),
  'trust-proxy': z.array(trustedProxy).default([]),
  'tls-cert': file.optional(),
  'tls-key': file.optional(),
  'drain-seconds': seconds.default(8000),
  workers: count(0, 256).default(1),
  redis: redisUrl.optional(),
  metrics: z.boolean().default(false),
  'metrics-port': count(0, 65_535).optional(),
  'metrics-host': bindAddress.default('127.0.0.1'),
  'log-format': z.enum(['json', 'text'], 'expected json or text').optional(),
  'log-level': z
    .enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'], {
      error: 'expected silent, fatal, error, warn, info, debug or trace',
    })
    .optional(),
  'log-destinations': z.boolean().default(false),
  'log-clients': z.boolean().default(false),
});

const schema = settings.superRefine((config, context) => {
  const together = (name: keyof typeof config, other: keyof typeof config) => {
    if (config[name] === undefined || config[other] !== undefined) return;
    context.addIssue({ code: 'custom', path: [name], message: `it needs --${other} too` });
  };
  together('tls-cert', 'tls-key');
  together('tls-key', 'tls-cert');
  const only = (name: 'socks5-all' | 'socks5-resolve', other: 'socks5' | 'socks5-all') => {
    if (!config[name] || (config[other] !== undefined && config[other] !== false)) return;
    context.addIssue({ code: 'custom', path: [name], message: `it needs --${other} too` });
  };
  only('socks5-all', 'socks5');
  only('socks5-resolve', 'socks5-all');
  if (config['access-key'] !== undefined && config['access-key-file'] !== undefined) {
    context.addIssue({
      code: 'custom',
      path: ['access-key-file'],
      message: 'there is an access-key already',
    });
  }
});

export type BridgeConfig = z.output<typeof schema>;

const FLAGS: readonly { name: keyof BridgeConfig; argument?: string; help: readonly string[] }[] = [
  { name: 'host', argument: 'ADDRESS', help: ['listen on this address (127.0.0.1)'] },
  { name: 'port', argument: 'PORT', help: ['listen on this port (8324); 0 picks a free one'] },
  {
    name: 'allow',
    argument: 'DESTINATION',
    help: [
      'let tunnels lead here too: HOST[:PORT], [v6]:PORT, CIDR[:PORT], or *:PORT for every',
      `public address; may be repeated; without a port: ${DEFAULT_PORTS.join(', ')}`,
    ],
  },
  {
    name: 'deny',
    argument: 'DESTINATION',
    help: [
      'let none lead here, whatever is allowed: the same; without a port: every port;',
      'a name: those under it too',
    ],
  },
  {
    name: 'socks5',
    argument: 'HOST:PORT',
    help: ['reach onion and I2P names through this proxy, each tunnel by a circuit of its own'],
  },
  {
    name: 'socks5-all',
    help: [
      'and every public destination; its names are handed to the proxy unresolved,',
      'so that no DNS server here learns of them; addresses here stay direct, if allowed',
    ],
  },
  {
    name: 'socks5-resolve',
    help: ['but resolve and judge names here: for a proxy that would reach private networks'],
  },
  {
    name: 'access-key',
    argument: 'PHRASE',
    help: [`open tunnels only for who knows this phrase (${MIN_ACCESS_KEY} characters or more); better by`],
  },
  { name: 'access-key-file', argument: 'FILE', help: ['this, or PEERGLASS_ACCESS_KEY: flags show in ps'] },
  { name: 'origin', argument: 'ORIGIN', help: ['accept pages from this origin too; may be repeated'] },
  {
    name: 'public-url',
    argument: 'URL',
    help: ['where people find this bridge, behind a proxy or under a name'],
  },
  { name: 'no-demo', help: ['run without the embedded demo node'] },
  ...limitFlags,
  {
    name: 'max-buffered-mib',
    argument: 'N',
    help: ['MiB that all tunnels together may hold in memory (256)'],
  },
  { name: 'connect-timeout', argument: 'SECONDS', help: ['for a node to answer (10)'] },
  {
    name: 'socks5-timeout',
    argument: 'SECONDS',
    help: ['for a node to answer through the proxy (60): a new onion circuit takes a while'],
  },
  { name: 'first-byte-timeout', argument: 'SECONDS', help: ['for a node to say something (60)'] },
  { name: 'idle-timeout', argument: 'SECONDS', help: ['without a byte either way (300)'] },
  {
    name: 'stall-timeout',
    argument: 'SECONDS',
    help: ['with bytes waiting that one side does not take (60)'],
  },
  {
    name: 'trust-proxy',
    argument: 'CIDR',
    help: [
      'believe X-Forwarded-For from here: an address, a range, or loopback;',
      'read from right to left, as far as it is trusted; may be repeated',
    ],
  },
  { name: 'tls-cert', argument: 'FILE', help: ['serve HTTPS with this certificate chain (PEM);'] },
  { name: 'tls-key', argument: 'FILE', help: ['and this key; SIGHUP reads both again'] },
  {
    name: 'drain-seconds',
    argument: 'SECONDS',
    help: ['after SIGTERM, for all clients to hear of it (8)'],
  },
  { name: 'workers', argument: 'N', help: ['processes that share the port (1); 0: one for each core'] },
  {
    name: 'redis',
    argument: 'URL',
    help: ['count limits in this Redis or Valkey, together with all bridges that do'],
  },
  { name: 'metrics', help: ['serve /metrics for Prometheus to everyone'] },
  {
    name: 'metrics-port',
    argument: 'PORT',
    help: ['serve /metrics, /healthz and /readyz on a port of its own'],
  },
  { name: 'metrics-host', argument: 'ADDRESS', help: ['of that port (127.0.0.1)'] },
  { name: 'log-format', argument: 'FORMAT', help: ['json or text (text on a terminal, else json)'] },
  {
    name: 'log-level',
    argument: 'LEVEL',
    help: ['silent, error, warn, info or debug (json: info, text: warn)'],
  },
  { name: 'log-destinations', help: ['log where tunnels lead'] },
  { name: 'log-clients', help: ['log the addresses of clients'] },
  {
    name: 'config',
    argument: 'FILE',
    help: ['JSON: {"port": 8324, "allow": ["127.0.0.1:18444"], …}, with the names of these flags'],
  },
];

export function helpText(): string {
  const row = (flag: string, help: readonly string[]) =>
    help.map((line, i) => `  ${(i === 0 ? flag : '').padEnd(34)}${line}`).join('\n');
  const rows = FLAGS.map(({ name, argument, help }) =>
    row(`--${name}${argument === undefined ? '' : ` ${argument}`}`, help),
  );
  return [
    'Peerglass: a Bitcoin peer in a browser tab. Serves the page, its bridge to Bitcoin nodes, and a demo node.',
    '',
    'Usage: npm start -- [flags]',
    '',
    ...rows,
    row('--version', ['print the version']),
    row('--help', ['print this']),
    '',
    'Each is also a variable: PEERGLASS_PORT=8324, PEERGLASS_ALLOW=127.0.0.1:18444,[::1]:18444, PEERGLASS_METRICS=true.',
    'Flags come before variables, variables before the file. Give secrets by variable or file: flags show in ps.',
    '',
    'Example: npm start -- --allow 127.0.0.1:18444',
  ].join('\n');
}

export type CommandLine =
  | { readonly kind: 'run'; readonly config: BridgeConfig; readonly values: Readonly<Record<string, Raw>> }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  /** One line that names the value and where it stands. */
  | { readonly kind: 'error'; readonly message: string };

/** Without an environment there are just the flags. */
export function parseCommandLine(
  args: readonly string[],
  surroundings: Omit<Surroundings, 'args'> = {},
): CommandLine {
  try {
    const { values, complaint } = gatherSettings(SHAPES, { args, ...surroundings });
    const { help, version, ...rest } = values;
    if (help === true) return { kind: 'help' };
    if (version === true) return { kind: 'version' };
    const parsed = schema.safeParse(rest);
    if (parsed.success) return { kind: 'run', config: parsed.data, values: rest };
    const { path, message } = parsed.error.issues[0]!;
    const [name, index] = path;
    const at = typeof index === 'number' ? index : undefined;
    return { kind: 'error', message: complaint(String(name), at, message) };
  } catch (error) {
    if (error instanceof SettingsError) return { kind: 'error', message: error.message };
    throw error;
  }
}

/** What another process of this bridge read and found good. */
export const parseValues = (values: unknown): BridgeConfig => schema.parse(values);

/** Not to be repeated in any error, log or answer. */
const SECRETS: readonly string[] = ['access-key', 'redis'];

const SHAPES: ReadonlyMap<string, SettingShape> = new Map([
  ...Object.entries(settings.shape).map(
    ([name, type]) => [name, { kind: kindOf(type), secret: SECRETS.includes(name) }] as const,
  ),
  ...['help', 'version'].map((name) => [name, { kind: 'flag', secret: false }] as const),
]);

function kindOf(type: z.core.$ZodType): SettingShape['kind'] {
  if (type instanceof z.ZodDefault || type instanceof z.ZodOptional) return kindOf(type.def.innerType);
  if (type instanceof z.ZodArray) return 'list';
  return type instanceof z.ZodBoolean ? 'flag' : 'value';
}
