/** Processor time of a program and of all that it started, from /proc: Linux only. */
import fs from 'node:fs';

const TICK_MS = 10;

/** By process: its command line's first words, and user and system time so far, in ms. */
export function processorTimes(root: number): Map<number, { readonly name: string; readonly ms: number }> {
  const parents = new Map<number, number>();
  const times = new Map<number, { name: string; ms: number }>();
  for (const entry of fs.readdirSync('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    try {
      const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      parents.set(pid, Number(fields[1]));
      const name = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      times.set(pid, { name, ms: (Number(fields[11]) + Number(fields[12])) * TICK_MS });
    } catch {
      // It has ended meanwhile.
    }
  }
  const belongs = (pid: number): boolean => pid === root || (pid > 1 && belongs(parents.get(pid) ?? 0));
  return new Map([...times].filter(([pid]) => belongs(pid)));
}
