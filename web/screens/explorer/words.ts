import { number } from '../../format.js';

const COIN = 100_000_000n;

/** Satoshi as '1,234.00005000'. */
export function btc(value: bigint): string {
  const magnitude = value < 0n ? -value : value;
  const whole = number(Number(magnitude / COIN));
  return `${value < 0n ? '-' : ''}${whole}.${String(magnitude % COIN).padStart(8, '0')}`;
}

/** Seconds since 1970 as '2026-01-03 18:15:05', in UTC. */
export function utc(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

/** Bytes in the unit that keeps them short. */
export function bytes(size: number): string {
  if (size < 10_000) return `${number(size)} B`;
  return size < 1_000_000 ? `${(size / 1000).toFixed(1)} kB` : `${(size / 1_000_000).toFixed(2)} MB`;
}

/** The ends of a hash, where there is no room for all of it: the beginning is zeros as often as not. */
export const ends = (hash: string): string =>
  hash.length < 64 ? hash : `${hash.slice(0, 4)}…${hash.slice(-10)}`;

/** Types of output scripts, as people call them. */
const scriptWords: Readonly<Record<string, string>> = {
  p2pk: 'public key (P2PK)',
  p2pkh: 'public key hash (P2PKH)',
  p2sh: 'script hash (P2SH)',
  multisig: 'bare multisig',
  p2wpkh: 'witness public key hash (P2WPKH)',
  p2wsh: 'witness script hash (P2WSH)',
  p2tr: 'taproot (P2TR)',
  p2a: 'anchor (P2A)',
  'witness-unknown': 'unknown witness version',
  'op-return': 'data (OP_RETURN)',
  nonstandard: 'nonstandard script',
};

export const scriptWord = (type: string): string => scriptWords[type] ?? type;
