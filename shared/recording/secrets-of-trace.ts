import type { TraceEntry } from '../bip324/trace.js';
import type { EphemeralKey } from './secrets.js';

/** Our ephemeral key, where this entry made it and the observer asked for secrets. */
export function secretsOfTrace({
  derivations,
}: Pick<TraceEntry<unknown>, 'derivations'>): EphemeralKey | undefined {
  const made = derivations.find(({ id }) => id === 'ellswift-create');
  if (made === undefined) return undefined;
  const secretKey = made.inputs.find(({ name }) => name === 'secret key')?.reveal();
  const number = (wanted: string) => made.outputs.find(({ name }) => name === wanted)?.value;
  const [ellCase, attempts] = [number('case'), number('attempts')];
  if (secretKey === undefined || typeof ellCase !== 'number' || typeof attempts !== 'number')
    return undefined;
  return { secretKey, ellCase, attempts };
}
