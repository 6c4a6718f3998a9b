/**
 * Where settings come from: flags, then the environment, then a file; the first that has a setting decides. Values
 * stay strings (or lists of them, or booleans) here; config.ts says what they mean. Everything remembers where it came
 * from, so that a mistake is told by its place.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { nearest } from './nearest.js';

export type Raw = string | boolean | readonly string[];

/** How a setting is written. */
export interface SettingShape {
  readonly kind: 'flag' | 'value' | 'list';
  /** Never to be repeated, in no error. */
  readonly secret: boolean;
}

export interface Surroundings {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** @throws when it cannot be read */
  readonly readFile?: (path: string) => string;
}

export interface Settings {
  readonly values: Readonly<Record<string, Raw>>;
  /** What is wrong with a setting (or one entry of its list), in one line that names the value and its place. */
  complaint(name: string, index: number | undefined, message: string): string;
}

/** In one line for the one who runs the bridge. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** What is no setting: only a flag says it. */
const COMMANDS: readonly string[] = ['help', 'version'];

export const variableOf = (name: string) => `PEERGLASS_${name.toUpperCase().replaceAll('-', '_')}`;

/** A value in an error, without the user and password that it may begin with. */
const shown = (value: unknown) =>
  JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'string' ? part.replace(/^.*@/s, '…@') : part,
  );

/** Variables of the tests and their tools (test/setup/find-tools.ts), which may start a bridge, and of its packagers. */
const OF_OTHERS: readonly string[] = [
  ...['bitcoind', 'chromium', 'firefox', 'tshark', 'redis-server', 'haproxy', 'nginx', 'tor'],
  ...['fuzz', 'record', 'seed', 'version'],
].map(variableOf);

/** Else a bridge whose access key is misspelt would be open. Names only: the value may be a secret. */
function refuseUnknown(shapes: ReadonlyMap<string, SettingShape>, env: NonNullable<Surroundings['env']>) {
  const known = [...shapes.keys()].filter((name) => !COMMANDS.includes(name)).map(variableOf);
  for (const [variable, text] of Object.entries(env)) {
    if (!/^peerglass_/i.test(variable) || text === undefined || text === '') continue;
    if (known.includes(variable) || OF_OTHERS.includes(variable)) continue;
    const hint = nearest(variable.toUpperCase(), known)!;
    throw new SettingsError(`${JSON.stringify(variable)}: no such setting; is ${hint} meant?`);
  }
}

/** @throws {SettingsError} */
export function gatherSettings(
  shapes: ReadonlyMap<string, SettingShape>,
  { args, env = {}, readFile = (path) => readFileSync(path, 'utf8') }: Surroundings,
): Settings {
  const values: Record<string, Raw> = {};
  const places = new Map<string, string>();
  const put = (name: string, value: Raw, place: string) => {
    if (name in values) return;
    values[name] = value;
    places.set(name, place);
  };
  for (const [name, value] of Object.entries(readFlags(shapes, args))) put(name, value, `--${name}`);
  for (const [name, shape] of shapes) {
    if (COMMANDS.includes(name)) continue;
    const variable = variableOf(name);
    const text = env[variable];
    if (text === undefined || text === '') continue;
    put(name, readVariable(variable, text, shape), variable);
  }
  refuseUnknown(shapes, env);
  const file = values['config'];
  if (typeof file === 'string') {
    const place = places.get('config')!;
    for (const [key, value] of Object.entries(readSettingsFile(file, place, readFile))) {
      const shape = key === 'config' || COMMANDS.includes(key) ? undefined : shapes.get(key);
      if (shape === undefined) throw new SettingsError(`${file}, ${JSON.stringify(key)}: no such setting`);
      const where = `${file}, ${JSON.stringify(key)}`;
      put(key, readFileValue(where, value, shape), `${where}:`);
    }
  }
  return {
    values,
    complaint(name, index, message) {
      const value = values[name];
      const bad = Array.isArray(value) ? (value as string[])[index ?? 0] : value;
      const place = places.get(name) ?? `--${name}`;
      if (shapes.get(name)?.secret !== false || bad === undefined) {
        return `${place.replace(/:$/, '')}: ${message}`;
      }
      return `${place} ${shown(bad)}: ${message}`;
    },
  };
}

function readFlags(shapes: ReadonlyMap<string, SettingShape>, args: readonly string[]): Record<string, Raw> {
  const options = Object.fromEntries(
    [...shapes].map(([name, { kind }]) => [
      name,
      {
        type: kind === 'flag' ? ('boolean' as const) : ('string' as const),
        multiple: kind === 'list',
        ...(name === 'help' ? { short: 'h' } : {}),
      },
    ]),
  );
  try {
    return parseArgs({ args: [...args], options, strict: true }).values as Record<string, Raw>;
  } catch (error) {
    const ambiguous = /^Option '(?:-\w, )?(--[\w-]+)[^']*' argument is ambiguous/.exec(
      (error as Error).message,
    );
    if (ambiguous !== null) throw new SettingsError(dashed(shapes, args, ambiguous[1]!));
    // Of parseArgs' messages the rest is about its own use.
    throw new SettingsError(
      error instanceof Error ? error.message.split(/\. |\n/)[0]! : 'the flags cannot be read',
    );
  }
}

/** `--port -1`: a value, or a flag whose value is missing? */
function dashed(shapes: ReadonlyMap<string, SettingShape>, args: readonly string[], flag: string): string {
  const next = args.find((arg, i) => args[i - 1] === flag && arg.startsWith('-')) ?? '';
  const value = shapes.get(flag.slice(2))?.secret === false ? ` ${shown(next)}` : '';
  return `${flag}${value}: its value is missing, or begins with a dash: then write ${flag}=VALUE`;
}

function readVariable(variable: string, text: string, { kind }: SettingShape): Raw {
  if (kind === 'value') return text;
  if (kind === 'list') return text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
  if (/^(1|true|yes)$/i.test(text)) return true;
  if (/^(0|false|no)$/i.test(text)) return false;
  throw new SettingsError(`${variable} ${shown(text)}: expected true or false`);
}

function readSettingsFile(file: string, place: string, readFile: (path: string) => string): object {
  let text: string;
  try {
    text = readFile(file);
  } catch (error) {
    const { code = 'it cannot be read' } = error as NodeJS.ErrnoException;
    throw new SettingsError(`${place} ${JSON.stringify(file)}: ${code}`);
  }
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  } catch (error) {
    // The parser's own message quotes the file, which may hold secrets.
    const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
    const line =
      position === undefined ? '' : ` (line ${text.slice(0, Number(position)).split('\n').length})`;
    throw new SettingsError(`${place} ${JSON.stringify(file)}: it is not JSON${line}`);
  }
  throw new SettingsError(`${place} ${JSON.stringify(file)}: expected one JSON object`);
}

function readFileValue(where: string, value: unknown, { kind, secret }: SettingShape): Raw {
  const isText = (item: unknown) => typeof item === 'string' || typeof item === 'number';
  if (kind === 'flag' && typeof value === 'boolean') return value;
  if (kind === 'value' && isText(value)) return String(value);
  if (kind === 'list' && Array.isArray(value) && value.every(isText)) return value.map(String);
  const expected = { flag: 'true or false', value: 'a string or a number', list: 'a list of strings' }[kind];
  throw new SettingsError(`${where}:${secret ? '' : ` ${shown(value)}:`} expected ${expected}`);
}
