/** The numbers of a transaction that mean something of their own. */
import { EncodeError } from './error.js';
import { hex32, hexNumberInput, parseWhole, unreadable } from './input.js';
import { shown, type Input } from './layout.js';
import { i64, u32 } from './leaves.js';
import { time32, timeToString } from './time.js';

const COIN = 100_000_000n;
const DECIMALS = 8;

/** Satoshi as '0.00005000 BTC'. */
export function amountText(value: bigint): string {
  const magnitude = value < 0n ? -value : value;
  const fraction = String(magnitude % COIN).padStart(DECIMALS, '0');
  return `${value < 0n ? '-' : ''}${magnitude / COIN}.${fraction} BTC`;
}

const amountHint = 'an amount as 0.0005 BTC or as 50000 sat';

const amountInput: Input<bigint> = {
  hint: amountHint,
  initial: 0n,
  parse(text) {
    const [, sign, whole, fraction = '', unit] =
      /^\s*(-?)(\d{1,20})(?:\.(\d{1,8}))?\s*(btc|sat)?\s*$/i.exec(text) ?? [];
    const inCoins = unit?.toLowerCase() === 'btc';
    // A bare number would be read as either.
    if (whole === undefined || (!inCoins && (fraction !== '' || unit === undefined)))
      throw unreadable(amountHint);
    const digits = inCoins ? whole + fraction.padEnd(DECIMALS, '0') : whole;
    return i64.input!.parse(sign + digits);
  },
  print: amountText,
};

export const amount = shown(i64, { kind: 'amount', text: amountText, input: amountInput });

/** Below it a lock time is a height, from it on a time. */
export const LOCK_TIME_THRESHOLD = 500_000_000;

export function lockTimeText(lockTime: number): string {
  if (lockTime === 0) return 'none';
  return lockTime < LOCK_TIME_THRESHOLD ? `height ${lockTime}` : timeToString(lockTime);
}

const lockTimeInput: Input<number> = {
  hint: 'none, a height as height 840000, or a time as 2009-01-03 18:15:05 UTC',
  initial: 0,
  parse(text) {
    const typed = text.trim();
    if (typed.toLowerCase() === 'none') return 0;
    const height = /^height (\d+)$/i.exec(typed)?.[1];
    const value = height === undefined ? time32.input!.parse(typed) : u32.input!.parse(height);
    const isTime = parseWhole(typed) === undefined && height === undefined;
    if (height !== undefined ? value >= LOCK_TIME_THRESHOLD : isTime && value < LOCK_TIME_THRESHOLD)
      throw new EncodeError(
        'invalid-value',
        'heights are below 500000000, and times, in seconds since 1970, above',
      );
    return value;
  },
  print: lockTimeText,
};

export const lockTime = shown(u32, { kind: 'lockTime', text: lockTimeText, input: lockTimeInput });

/** BIP68: how old the coin that an input spends must be, in blocks or in seconds. */
export type RelativeLock = { readonly blocks: number } | { readonly seconds: number };

export interface SequenceMeaning {
  /** With all inputs final the lock time does not count. */
  readonly final: boolean;
  /** BIP125 */
  readonly replaceable: boolean;
  /** Only from version 2 of a transaction on. */
  readonly relativeLock: RelativeLock | undefined;
  readonly text: string;
}

const FINAL = 0xffff_ffff;
/** BIP125 */
const LEAST_NOT_REPLACEABLE = 0xffff_fffe;
/** BIP68, Specification. */
const DISABLE_BIT = 0x8000_0000;
const TYPE_BIT = 0x0040_0000;
const VALUE_MASK = 0xffff;
const SECONDS_UNIT = 512;

export function sequenceMeaning(sequence: number): SequenceMeaning {
  const final = sequence === FINAL;
  const replaceable = sequence < LEAST_NOT_REPLACEABLE;
  const value = sequence & VALUE_MASK;
  const relativeLock =
    sequence >= DISABLE_BIT
      ? undefined
      : (sequence & TYPE_BIT) === 0
        ? { blocks: value }
        : { seconds: value * SECONDS_UNIT };
  const words = [final ? 'final' : replaceable ? 'replaceable' : 'not replaceable'];
  if (relativeLock !== undefined) words.push(`from version 2 on ${relativeLockText(relativeLock)}`);
  return { final, replaceable, relativeLock, text: words.join(', ') };
}

export function relativeLockText(lock: RelativeLock): string {
  const [count, unit] = 'blocks' in lock ? [lock.blocks, 'block'] : [lock.seconds, 'second'];
  return `${count} ${unit}${count === 1 ? '' : 's'} after the coin that it spends`;
}

export const sequence = shown(u32, {
  kind: 'sequence',
  text: (value) => `${hex32(value)} (${sequenceMeaning(value).text})`,
  input: hexNumberInput(u32),
});
