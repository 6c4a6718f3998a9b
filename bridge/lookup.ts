import { lookup, Resolver } from 'node:dns/promises';
import { type Clock } from './clock.js';

/** The addresses of a name. Throws or answers nothing when there are none. */
export type Resolve = (name: string) => Promise<readonly string[]>;

/** As every program on this machine resolves names, /etc/hosts included. */
export const systemResolve: Resolve = async (name) => {
  const answers = await lookup(name, { all: true, order: 'verbatim' });
  return answers.map(({ address }) => address);
};

/** Straight from DNS: many at once do not queue behind one another. */
export const dnsResolve: Resolve = async (name) => {
  const resolver = new Resolver({ timeout: 2000, tries: 2 });
  const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
};

/** Asks once; whatever fails or comes too late is no answer. */
export async function resolveWithin(
  timeoutMs: number,
  { name, resolve, clock }: { name: string; resolve: Resolve; clock: Clock },
): Promise<readonly string[]> {
  let callOff: () => void = () => undefined;
  const tooLate = new Promise<readonly string[]>(
    (done) => (callOff = clock.after(timeoutMs, () => done([]))),
  );
  try {
    return await Promise.race([resolve(name), tooLate]);
  } catch {
    return [];
  } finally {
    callOff();
  }
}
