/**
 * `npm run soak [-- --cycles N] [--minutes N] [--short] [--only PART,PART]`: the bridge under load and attack, for as
 * long as it is told; loopback only. Ends with a table, and exit code 1 if anything is not as wanted.
 */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { seconds, table } from '../numbers.js';
import { type Check, type Size } from './check.js';
import { soakChurn } from './churn.js';
import { soakDrain } from './drain.js';
import { soakSlowUpgrades } from './slow-upgrades.js';
import { soakStuck } from './stuck.js';

const FULL: Size = {
  cycles: 100_000,
  slow: 1000,
  stuck: 1000,
  stallSeconds: 45,
  tunnels: 5000,
  seconds: 6,
  judgesRates: true,
};
const SHORT: Size = {
  cycles: 2000,
  slow: 100,
  stuck: 60,
  stallSeconds: 6,
  tunnels: 300,
  seconds: 1,
  judgesRates: false,
};

const PARTS = { churn: soakChurn, slow: soakSlowUpgrades, stuck: soakStuck, drain: soakDrain };

const { values: flags } = parseArgs({
  options: {
    cycles: { type: 'string' },
    minutes: { type: 'string', default: '0' },
    short: { type: 'boolean', default: false },
    only: { type: 'string', default: Object.keys(PARTS).join(',') },
  },
});
const chosen = flags.short ? SHORT : FULL;
const cycles = Number(flags.cycles ?? chosen.cycles);
const minutes = Number(flags.minutes);
const parts = flags.only.split(',').filter((name): name is keyof typeof PARTS => Object.hasOwn(PARTS, name));
if (!(cycles >= 1) || !(minutes >= 0) || parts.length !== flags.only.split(',').length) {
  console.error(`--cycles and --minutes are numbers, --only names some of ${Object.keys(PARTS).join(',')}`);
  process.exit(2);
}

const startedAt = seconds();
const failed: Check[] = [];
let rounds = 0;
do {
  const checks: Check[] = [];
  for (const part of parts) checks.push(...(await PARTS[part]({ ...chosen, cycles })));
  rounds += 1;
  const verdict = ({ ok }: Check) => (ok === undefined ? 'not judged' : ok ? 'yes' : 'NO');
  console.log(
    table([
      [`round ${rounds}`, 'found', 'wanted', 'as wanted'],
      ...checks.map((check) => [check.what, check.found, check.wanted, verdict(check)]),
    ]),
  );
  failed.push(...checks.filter(({ ok }) => ok === false));
} while (seconds() - startedAt < minutes * 60);
console.log(failed.length === 0 ? 'Everything is as wanted.' : `${failed.length} not as wanted.`);
process.exit(failed.length === 0 ? 0 : 1);
