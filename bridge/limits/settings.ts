/** The flags of the limits, and what holds without them: that depends on who can reach the bridge. */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { type WindowLimits } from './store.js';

/** A whole number that fits a safe integer once it is in bytes. */
const count = (least: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'expected a whole number')
    .transform(Number)
    .refine((value) => value >= least, `expected ${least} or more`)
    .optional();

/** 0: no limit. */
const orNone = count(0);

export const limitSettings = {
  classroom: z.boolean().default(false),
  'max-tunnels': count(1),
  'max-tunnels-per-client': count(1),
  'max-opens-per-minute': orNone,
  'max-opens-per-minute-in-all': orNone,
  'max-destinations-per-hour': orNone,
  'max-failures-per-hour': orNone,
  'max-mib-per-day': orNone,
  'max-mib-per-day-in-all': orNone,
  'max-kib-per-second': orNone,
  'max-kib-per-second-in-all': orNone,
};

type Numbers = Record<Exclude<keyof typeof limitSettings, 'classroom'>, number>;

/** `local`: only this machine reaches the bridge. `classroom`: many people come from one address. */
type Preset = 'local' | 'open' | 'classroom';

const presets: Record<Preset, Numbers> = {
  local: {
    'max-tunnels': 1024,
    'max-tunnels-per-client': 64,
    'max-opens-per-minute': 0,
    'max-opens-per-minute-in-all': 0,
    'max-destinations-per-hour': 100,
    'max-failures-per-hour': 200,
    'max-mib-per-day': 0,
    'max-mib-per-day-in-all': 0,
    'max-kib-per-second': 0,
    'max-kib-per-second-in-all': 0,
  },
  open: {
    'max-tunnels': 1024,
    'max-tunnels-per-client': 16,
    'max-opens-per-minute': 60,
    'max-opens-per-minute-in-all': 3000,
    'max-destinations-per-hour': 60,
    'max-failures-per-hour': 60,
    'max-mib-per-day': 4096,
    'max-mib-per-day-in-all': 524_288,
    'max-kib-per-second': 8192,
    'max-kib-per-second-in-all': 65_536,
  },
  classroom: {
    'max-tunnels': 1024,
    'max-tunnels-per-client': 512,
    'max-opens-per-minute': 1200,
    'max-opens-per-minute-in-all': 3000,
    'max-destinations-per-hour': 1200,
    'max-failures-per-hour': 1200,
    'max-mib-per-day': 131_072,
    'max-mib-per-day-in-all': 524_288,
    'max-kib-per-second': 32_768,
    'max-kib-per-second-in-all': 65_536,
  },
};

const shown = (name: keyof Numbers) => {
  const say = (value: number) => (value === 0 ? 'none' : String(value));
  const { local, open, classroom } = presets;
  return `(${say(local[name])}; open ${say(open[name])}; classroom ${say(classroom[name])})`;
};

const flag = (name: keyof Numbers, what: string) =>
  ({ name, argument: 'N', help: [what, shown(name)] }) as const;

/** Rows of --help. */
export const limitFlags = [
  {
    name: 'classroom',
    help: [
      'limits for many people behind one address; in brackets below: the limits of a bridge',
      'that only this machine reaches; of an open one (--public-url, --trust-proxy, or --host',
      'beyond loopback); with --classroom. 0 is no limit; an IPv6 client is its /64.',
    ],
  },
  flag('max-tunnels', 'tunnels that stand, in all'),
  flag('max-tunnels-per-client', 'tunnels that stand, of one client'),
  flag('max-opens-per-minute', 'new tunnels of one client'),
  flag('max-opens-per-minute-in-all', 'new tunnels of all clients'),
  flag('max-destinations-per-hour', 'different destinations of one client'),
  flag('max-failures-per-hour', 'refused or failed tunnels of one client'),
  flag('max-mib-per-day', 'MiB both ways of one client'),
  flag('max-mib-per-day-in-all', 'MiB both ways of all clients'),
  flag('max-kib-per-second', 'KiB/s both ways of one client'),
  flag('max-kib-per-second-in-all', 'KiB/s both ways of all clients'),
] as const;

export type LimitConfig = { readonly classroom: boolean } & {
  readonly [Name in keyof Numbers]?: number | undefined;
} & {
  readonly host: string;
  readonly 'public-url'?: string | undefined;
  readonly 'trust-proxy': readonly string[];
};

export interface Limits {
  readonly preset: Preset;
  readonly tunnels: { readonly perClient: number; readonly total: number };
  readonly windows: WindowLimits;
}

export function limitsOf(config: LimitConfig): Limits {
  const preset = config.classroom ? 'classroom' : isOpen(config) ? 'open' : 'local';
  const value = (name: keyof Numbers) => config[name] ?? presets[preset][name];
  const limit = (name: keyof Numbers, unit = 1) => (value(name) === 0 ? undefined : value(name) * unit);
  return {
    preset,
    tunnels: { perClient: value('max-tunnels-per-client'), total: value('max-tunnels') },
    windows: {
      opens: limit('max-opens-per-minute'),
      allOpens: limit('max-opens-per-minute-in-all'),
      destinations: limit('max-destinations-per-hour'),
      failures: limit('max-failures-per-hour'),
      bytes: limit('max-mib-per-day', 2 ** 20),
      allBytes: limit('max-mib-per-day-in-all', 2 ** 20),
      bandwidth: limit('max-kib-per-second', 2 ** 10),
      allBandwidth: limit('max-kib-per-second-in-all', 2 ** 10),
    },
  };
}

/** Whether others than this machine may come: through its network, or a proxy before it. */
function isOpen({ host, 'public-url': publicUrl, 'trust-proxy': proxies }: LimitConfig): boolean {
  if (publicUrl !== undefined || proxies.length > 0) return true;
  return host !== 'localhost' && (isIP(host) === 0 || ipaddr.process(host).range() !== 'loopback');
}
