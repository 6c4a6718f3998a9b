import { shown } from './layout.js';
import { u64 } from './leaves.js';

/** Service bits, by the names a node gives them (`getpeerinfo`), without NODE_. */
const names = new Map<number, string>([
  [0, 'NETWORK'],
  [1, 'GETUTXO'], // BIP64
  [2, 'BLOOM'], // BIP111
  [3, 'WITNESS'], // BIP144
  [6, 'COMPACT_FILTERS'], // BIP157
  [10, 'NETWORK_LIMITED'], // BIP159
  [11, 'P2P_V2'], // BIP324
]);

/** What a node offers, lowest bit first; a bit without a name is called by its number, as 'bit 28'. */
export function serviceNames(bits: bigint): string[] {
  const found: string[] = [];
  for (let bit = 0; bit < 64; bit++) {
    if ((bits >> BigInt(bit)) & 1n) found.push(names.get(bit) ?? `bit ${bit}`);
  }
  return found;
}

export const services = shown(u64, {
  kind: 'services',
  text: (bits) => (bits === 0n ? 'none' : serviceNames(bits).join(', ')),
});
