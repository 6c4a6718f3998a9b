import { withUnit } from './input.js';
import { shown, type Layout } from './layout.js';
import { bool, u32, u64, varBytes, varString, type Flag } from './leaves.js';
import { struct } from './struct.js';

/** Messages that say all they have to say by their type: verack, wtxidrelay, sendaddrv2, sendheaders, getaddr, mempool, filterclear. */
export type EmptyMessage = Record<string, never>;

/** BIP152: how the sender wants new blocks. */
export interface SendCmpct {
  /** Unasked, as compact blocks (high bandwidth), or only when asked. */
  announce: Flag;
  /** 2 for compact blocks with wtxids. */
  version: bigint;
}

/** BIP133: transactions that pay less need not be announced to the sender. */
export interface FeeFilter {
  /** Satoshi per 1000 virtual bytes. */
  feeRate: bigint;
}

/** BIP330: an offer to reconcile sets of transactions, before verack. */
export interface SendTxRcncl {
  version: number;
  /** The sender's half of the salt for short ids. */
  salt: bigint;
}

/** BIP434: a feature the sender supports, between version and verack. */
export interface Feature {
  /** 4–80 bytes; printable ASCII, other bytes as \xNN and a backslash doubled. */
  id: string;
  /** At most 512 bytes, with a meaning of the feature's own. */
  data: Uint8Array;
}

export const empty: Layout<EmptyMessage> = struct({});

export const sendCmpct: Layout<SendCmpct> = struct({ announce: bool, version: u64 });

export const feeFilter: Layout<FeeFilter> = struct({
  feeRate: shown(u64, {
    kind: 'feeRate',
    text: (rate) => `${rate} sat/kvB`,
    input: withUnit(u64, 'sat/kvB'),
  }),
});

export const sendTxRcncl: Layout<SendTxRcncl> = struct({ version: u32, salt: u64 });

export const feature: Layout<Feature> = struct({ id: varString(80, 4), data: varBytes(512) });
