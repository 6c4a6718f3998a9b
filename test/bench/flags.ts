/** What both `npm run bench` and `npm run bench:browser` take. */
import { parseArgs } from 'node:util';
import { groupNames } from './groups.js';
import type { Settings } from './measure.js';

/** Its message is all that a person needs. */
export class UsageError extends Error {
  override name = 'UsageError';
}

export interface Flags extends Settings {
  readonly only: readonly string[];
  readonly json: string | undefined;
}

/** @throws {UsageError} */
export function readFlags(): Flags {
  const { values } = parseArgs({
    options: {
      json: { type: 'string' },
      only: { type: 'string', default: groupNames.join(',') },
      rounds: { type: 'string', default: '9' },
      'slice-ms': { type: 'string', default: '2' },
    },
  });
  const only = values.only.split(',');
  for (const name of only)
    if (!groupNames.includes(name))
      throw new UsageError(`--only ${name}: there is none of that name, but ${groupNames.join(', ')}`);
  return {
    only,
    json: values.json,
    rounds: numberOf('--rounds', values.rounds, 1),
    sliceMs: numberOf('--slice-ms', values['slice-ms'], 0),
  };
}

function numberOf(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least)
    throw new UsageError(`${name} ${text}: it is a whole number, at least ${least}`);
  return value;
}
