/**
 * Everything that is measured, in the order of the table, in Node and in a browser alike. What is measured from outside
 * of the page, such as a whole download through the bridge, is added where the page is opened: browser.ts.
 */
import { aead } from './aead.js';
import type { Environment } from './environment.js';
import { handshakes } from './handshakes.js';
import { hashes } from './hashes.js';
import { keys } from './keys.js';
import { measure, type Contest, type ContestResult, type Settings } from './measure.js';
import { packets } from './packets.js';

export interface GroupResult {
  readonly name: string;
  readonly title: string;
  readonly contests: readonly ContestResult[];
}

interface Group {
  /** What `--only` takes. */
  readonly name: string;
  readonly title: string;
  contests(environment: Environment): Contest[] | Promise<Contest[]>;
}

const groups: readonly Group[] = [
  {
    name: 'seal',
    title: 'ChaCha20-Poly1305, sealing (Peerglass: whole packets)',
    contests: (environment) => aead(environment, 'seal'),
  },
  {
    name: 'open',
    title: 'ChaCha20-Poly1305, opening (Peerglass: whole packets)',
    contests: (environment) => aead(environment, 'open'),
  },
  { name: 'packets', title: 'Packets of 61 bytes, each', contests: packets },
  { name: 'keys', title: 'ElligatorSwift', contests: keys },
  { name: 'handshakes', title: 'A handshake, both sides', contests: handshakes },
  { name: 'hashes', title: 'Double SHA-256, each of 500', contests: hashes },
];

export const groupNames: readonly string[] = groups.map(({ name }) => name);

export async function measureGroups(
  environment: Environment,
  only: readonly string[],
  settings: Settings,
  progress: (text: string) => void,
): Promise<GroupResult[]> {
  const results: GroupResult[] = [];
  for (const { name, title, contests } of groups) {
    if (!only.includes(name)) continue;
    const measured: ContestResult[] = [];
    for (const contest of await contests(environment)) {
      progress(`${name}: ${contest.rows.map((row) => row.name).join('; ')}`);
      measured.push(await measure(contest, settings));
    }
    results.push({ name, title, contests: measured });
  }
  return results;
}
