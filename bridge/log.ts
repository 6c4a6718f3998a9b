/** What the bridge says while it runs: JSON lines for machines, plain lines for a person at a terminal. */
import { type Logger, pino, stdTimeFunctions } from 'pino';

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

export const quiet: Log = pino({ level: 'silent' });

export interface LogOptions {
  readonly format: 'json' | 'text';
  /** By default a person is told only what they should do something about. */
  readonly level?: string | undefined;
  readonly print: (line: string) => void;
}

/** Whatever comes from outside is a value, never part of the message: as JSON it cannot begin a line of its own. */
export function createLog({ format, level, print }: LogOptions): Log {
  const write = (line: string) => print(format === 'json' ? line.trimEnd() : asText(line));
  return pino(
    {
      base: { pid: process.pid },
      level: level ?? (format === 'json' ? 'info' : 'warn'),
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write },
  );
}

function asText(line: string): string {
  const { level, msg, ...rest } = JSON.parse(line) as Record<string, unknown>;
  const told = Object.entries(rest).filter(([key]) => key !== 'time' && key !== 'pid');
  const values = told.map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  const label = level === 'warn' || level === 'error' ? 'Peerglass: ' : '';
  return [`${label}${String(msg)}`, ...values].join('  ');
}
