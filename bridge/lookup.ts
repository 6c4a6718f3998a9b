import { readFile } from 'node:fs/promises';
import { Resolver } from 'node:dns/promises';
import path from 'node:path';
import { type Clock } from './clock.js';

/** The addresses of a name. Throws or answers nothing when there are none; ends early when the signal aborts. */
export type Resolve = (name: string, signal: AbortSignal) => Promise<readonly string[]>;

const HOSTS_FILE =
  process.platform === 'win32'
    ? path.join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32/drivers/etc/hosts')
    : '/etc/hosts';

/**
 * The names of this machine's own table, then DNS. Not the system's resolver (`dns.lookup`): that runs in four
 * threads which cannot be called off, so a few slow names would hold up everyone's, and the end of the process too.
 * The price: no multicast DNS (`.local`).
 */
export const systemResolve: Resolve = async (name, signal) => {
  const listed = addressesInHosts(await readFile(HOSTS_FILE, 'utf8').catch(() => ''), name);
  if (listed.length > 0) return listed;
  if (/(^|\.)localhost$/.test(name)) return ['127.0.0.1', '::1']; // RFC 6761, 6.3: never asked of DNS
  return dnsResolve(name, signal);
};

export function addressesInHosts(table: string, name: string): string[] {
  return table.split('\n').flatMap((line) => {
    const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    return address !== undefined && names.some((each) => each.toLowerCase() === name) ? [address] : [];
  });
}

/** Straight from DNS: many at once do not queue behind one another. */
export const dnsResolve: Resolve = async (name, signal) => {
  const resolver = new Resolver({ timeout: 2000, tries: 2 });
  const cancel = () => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  } finally {
    signal.removeEventListener('abort', cancel);
  }
};

export interface LookUp {
  readonly name: string;
  readonly resolve: Resolve;
  readonly clock: Clock;
  /** Calls the look-up off. */
  readonly signal?: AbortSignal | undefined;
}

/** Asks once; whatever fails, comes too late or is called off is no answer. */
export function resolveWithin(timeoutMs: number, look: LookUp): Promise<readonly string[]> {
  const { name, resolve, clock, signal } = look;
  const controller = new AbortController();
  return new Promise((done) => {
    const end = (answers: readonly string[]) => {
      signal?.removeEventListener('abort', giveUp);
      callOff();
      controller.abort();
      done(answers);
    };
    const giveUp = () => end([]);
    const callOff = clock.after(timeoutMs, giveUp);
    if (signal?.aborted === true) return giveUp();
    signal?.addEventListener('abort', giveUp, { once: true });
    Promise.resolve()
      .then(() => resolve(name, controller.signal))
      .then(end, giveUp);
  });
}
