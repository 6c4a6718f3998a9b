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

export const sequence = shown(u32, { kind: 'sequence', text: hex32, input: hexNumberInput(u32) });
