import { shown } from './layout.js';
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

export const services = shown(u64, {
  kind: 'services',
  text: (bits) => (bits === 0n ? 'none' : serviceNames(bits).join(', ')),
});
