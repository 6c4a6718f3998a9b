import { number, since } from '../../format.js';
import type { ClockFacts, TipFacts } from '../../worker/node/protocol.js';

/** A duration as people say it: "0.4 ms", "38 ms", "1.2 s". A browser’s clock is no finer. */
export function duration(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return `${(ms / 1000).toFixed(1)} s`;
}

/** A place in the session, on an axis: "40 s", "12 min", "3 h". */
export function moment(seconds: number): string {
  if (seconds < 120) return `${tidy(seconds)} s`;
  if (seconds < 7200) return `${tidy(seconds / 60)} min`;
  return `${tidy(seconds / 3600)} h`;
}

const tidy = (value: number): string => String(Math.round(value * 100) / 100);

/** How many bytes: "940 B", "12.3 kB", "4.1 MB". */
export function bytes(value: number): string {
  if (value < 1000) return `${Math.round(value)} B`;
  return value < 1_000_000 ? `${(value / 1000).toFixed(1)} kB` : `${(value / 1_000_000).toFixed(1)} MB`;
}

/** "3 hours": a span in the largest unit that it has two of. */
export function span(seconds: number): string {
  const unit = units.find(([, length]) => seconds >= 2 * length) ?? units.at(-1)!;
  const many = Math.round(seconds / unit[1]);
  return `${number(many)} ${many === 1 ? unit[0] : `${unit[0]}s`}`;
}
const units = [
  ['year', 31_557_600],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

export const age = (seconds: number): string =>
  seconds < 0 ? `in ${span(-seconds)}` : `${span(seconds)} ago`;

export function clockWords({ aheadMs, uncertaintyMs }: ClockFacts): string {
  const off = Math.abs(aheadMs);
  const give = `± ${(uncertaintyMs / 1000).toFixed(1)} s`;
  if (off <= uncertaintyMs) return `as this machine’s, as far as ${give} can tell`;
  const [far, way] = [off < 120_000 ? `${(off / 1000).toFixed(1)} s` : span(off / 1000), aheadMs > 0];
  return `${far} ${way ? 'ahead of' : 'behind'} this machine’s, ${give}`;
}

/** How a height is known. */
export function tipWords({ how, counted, at }: TipFacts): string {
  switch (how) {
    case 'version':
      return 'as its version message says';
    case 'counted':
      return `what its version message says, and ${counted === 1 ? 'the block' : `the ${number(counted)} blocks`} announced since, counted`;
    case 'chain':
      return `by its header, which follows a block whose height is known; it came at ${since(at)}`;
    case 'coinbase':
      return `as the block itself says, which came at ${since(at)}`;
  }
}

/** Satoshi per virtual byte, from satoshi per 1000. */
export function feeRate(perThousand: string): string {
  return `${(Number(perThousand) / 1000).toLocaleString('en', { maximumFractionDigits: 3 })} sat/vB`;
}

/** What a service bit offers, in a few words. */
export const serviceWords: { readonly [name: string]: string } = {
  NETWORK: 'gives every block there is',
  GETUTXO: 'tells whether an output is spent (BIP64)',
  BLOOM: 'filters transactions by Bloom filters (BIP37, BIP111)',
  WITNESS: 'gives blocks and transactions with their witnesses (BIP144)',
  COMPACT_FILTERS: 'gives compact block filters (BIP157)',
  NETWORK_LIMITED: 'gives the latest 288 blocks at least (BIP159)',
  P2P_V2: 'takes encrypted connections (BIP324)',
};
