import { parseWhole, unreadable } from './input.js';
import { shown, type Input } from './layout.js';
import { u64 } from './leaves.js';

/** Service bits, by the names a node gives them (`getpeerinfo`), without NODE_. */
export const serviceBits = {
  NETWORK: 1n << 0n,
  /** BIP64 */
  GETUTXO: 1n << 1n,
  /** BIP111 */
  BLOOM: 1n << 2n,
  /** BIP144 */
  WITNESS: 1n << 3n,
  /** BIP157 */
  COMPACT_FILTERS: 1n << 6n,
  /** BIP159 */
  NETWORK_LIMITED: 1n << 10n,
  /** BIP324 */
  P2P_V2: 1n << 11n,
} as const;

export type ServiceName = keyof typeof serviceBits;

const names = new Map<bigint, string>(Object.entries(serviceBits).map(([name, bit]) => [bit, name]));

/** What a node offers, lowest bit first; a bit without a name is called by its number, as 'bit 28'. */
export function serviceNames(bits: bigint): string[] {
  const found: string[] = [];
  for (let bit = 0; bit < 64; bit++) {
    const value = 1n << BigInt(bit);
    if ((bits & value) !== 0n) found.push(names.get(value) ?? `bit ${bit}`);
  }
  return found;
}

export const servicesText = (bits: bigint): string => (bits === 0n ? 'none' : serviceNames(bits).join(', '));

const hint = 'names of services with commas between, bits without a name as ‘bit 28’, or the sum as a number';

export const servicesInput: Input<bigint> = {
  hint,
  initial: 0n,
  choices: Object.keys(serviceBits),
  parse(text) {
    if (/^\s*(?:none)?\s*$/i.test(text)) return 0n;
    if (parseWhole(text) !== undefined) return u64.input!.parse(text);
    return text.split(',').reduce((bits, name) => bits | bitOf(name.trim()), 0n);
  },
  print: servicesText,
};

/** @throws {EncodeError} unreadable-text */
function bitOf(name: string): bigint {
  const number = /^bit (\d{1,2})$/i.exec(name)?.[1];
  if (number !== undefined && Number(number) < 64) return 1n << BigInt(number);
  const bit = Object.entries(serviceBits).find(([known]) => known === name.toUpperCase())?.[1];
  if (bit === undefined) throw unreadable(hint);
  return bit;
}

export const services = shown(u64, { kind: 'services', text: servicesText, input: servicesInput });
