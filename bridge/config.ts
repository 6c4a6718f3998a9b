/** The bridge's configuration: one table of flags, one schema. */
import { isIP } from 'node:net';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type AllowRule, DEFAULT_PORTS, parseAllow } from './allow.js';
import { limitFlags, limitSettings } from './limits/settings.js';

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

const allowRule = z.string().transform((text, context): AllowRule => {
  try {
    return parseAllow(text);
  } catch (error) {
    context.addIssue({
      code: 'custom',
      message: error instanceof Error ? error.message : 'not a destination',
    });
    return z.NEVER;
  }
});

/** An origin as browsers write it. */
const origin = z.string().refine((text) => isWebUrl(text) && new URL(text).origin === text, {
  message: 'expected scheme://host or scheme://host:port, http or https, without a path',
});

const publicUrl = z.string().refine(isWebUrl, 'expected an http or https URL');

function isWebUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** Everything as it comes from the command line: strings and lists of strings, defaults included. */
const schema = z.object({
  host: bindAddress.default('127.0.0.1'),
  port: count(0, 65_535).default(8324),
  allow: z.array(allowRule).default([]),
  origin: z.array(origin).default([]),
  'public-url': publicUrl.optional(),
  'no-demo': z.boolean().default(false),
  ...limitSettings,
  'max-buffered-mib': count(1, 65_536).default(256),
  'connect-timeout': seconds.default(10_000),
  'first-byte-timeout': seconds.default(60_000),
  'idle-timeout': seconds.default(300_000),
  'stall-timeout': seconds.default(60_000),
});

export type BridgeConfig = z.output<typeof schema>;

const FLAGS: readonly { name: keyof BridgeConfig; argument?: string; help: readonly string[] }[] = [
  { name: 'host', argument: 'ADDRESS', help: ['listen on this address (127.0.0.1)'] },
  { name: 'port', argument: 'PORT', help: ['listen on this port (8324); 0 picks a free one'] },
  {
    name: 'allow',
    argument: 'DESTINATION',
    help: [
      'let tunnels lead here too: HOST[:PORT], [v6]:PORT or CIDR; may be repeated;',
      `without a port: ${DEFAULT_PORTS.join(', ')}`,
    ],
  },
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
  { name: 'first-byte-timeout', argument: 'SECONDS', help: ['for a node to say something (60)'] },
  { name: 'idle-timeout', argument: 'SECONDS', help: ['without a byte either way (300)'] },
  {
    name: 'stall-timeout',
    argument: 'SECONDS',
    help: ['with bytes waiting that one side does not take (60)'],
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
    'Example: npm start -- --allow 127.0.0.1:18444',
  ].join('\n');
}

export type CommandLine =
  | { readonly kind: 'run'; readonly config: BridgeConfig }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  /** One line that names the flag and the value. */
  | { readonly kind: 'error'; readonly message: string };

export function parseCommandLine(args: readonly string[]): CommandLine {
  const options = Object.fromEntries(
    FLAGS.map(({ name, argument }) => [
      name,
      { type: argument === undefined ? ('boolean' as const) : ('string' as const), multiple: isList(name) },
    ]),
  );
  const more = { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' } } as const;
  let values: Record<string, unknown>;
  try {
    ({ values } = parseArgs({ args: [...args], options: { ...options, ...more }, strict: true }));
  } catch (error) {
    return { kind: 'error', message: firstSentence(error) };
  }
  if (values['help'] === true) return { kind: 'help' };
  if (values['version'] === true) return { kind: 'version' };
  const parsed = schema.safeParse(values);
  if (parsed.success) return { kind: 'run', config: parsed.data };
  const issue = parsed.error.issues[0]!;
  const [flag, index] = issue.path;
  const value = values[String(flag)];
  const bad = Array.isArray(value) ? (value as unknown[])[Number(index)] : value;
  return { kind: 'error', message: `--${String(flag)} ${JSON.stringify(bad)}: ${issue.message}` };
}

const isList = (name: keyof BridgeConfig) => name === 'allow' || name === 'origin';

/** Of parseArgs' messages the rest is about its own use. */
function firstSentence(error: unknown): string {
  return error instanceof Error ? error.message.split(/\. |\n/)[0]! : 'the flags cannot be read';
}
