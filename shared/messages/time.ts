import { parseWhole, unreadable } from './input.js';
import { shown, type Input, type Leaf } from './layout.js';
import { i64, u32 } from './leaves.js';

const DAY = 86_400;
const FIRST_SECOND = -62_135_596_800; // 0001-01-01
const LAST_SECOND = 253_402_300_799; // 9999-12-31

/** Seconds since 1970 as 'YYYY-MM-DD hh:mm:ss UTC'; what no four-digit year holds, as the number it is. */
export function timeToString(seconds: bigint | number): string {
  if (seconds < FIRST_SECOND || seconds > LAST_SECOND) return `${seconds} s`;
  const days = Math.floor(Number(seconds) / DAY);
  const second = Number(seconds) - days * DAY;
  const two = (n: number) => String(Math.floor(n)).padStart(2, '0');
  return `${dateOf(days)} ${two(second / 3600)}:${two((second % 3600) / 60)}:${two(second % 60)} UTC`;
}

/** The proleptic Gregorian date of a day counted from 1970-01-01. */
function dateOf(days: number): string {
  // Counted from 1 March of year 0, leap days are at the end of a year, and 400 years are 146,097 days.
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0);
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

const hint = 'a time as 2009-01-03 18:15:05 UTC, or seconds since 1970,';

/** Seconds since 1970 of what timeToString makes, of the same in ISO 8601, or of a number. @throws {EncodeError} */
function parseTime(text: string): string {
  const trimmed = text.trim();
  const seconds = /^(-?\d+) s$/.exec(trimmed)?.[1];
  if (seconds !== undefined || parseWhole(trimmed) !== undefined) return seconds ?? trimmed;
  const parts = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?: ?UTC|Z)?$/.exec(trimmed);
  if (parts === null) throw unreadable(hint);
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number) as [
    ...[number, number, number],
    ...[number, number, number],
  ];
  const found = (daysTo(year, month, day) * 24 + hour) * 3600 + minute * 60 + second;
  // There is no 30 February, and no hour 24.
  if (timeToString(found) !== `${trimmed.slice(0, 10)} ${trimmed.slice(11, 19)} UTC`) throw unreadable(hint);
  return String(found);
}

/** Days from 1970-01-01 to a date of the proleptic Gregorian calendar. */
function daysTo(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const marchMonth = (month + 9) % 12;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return 365 * marchYear + leapDays + Math.floor((153 * marchMonth + 2) / 5) + day - 1 - 719_468;
}

/** The time of a leaf of seconds. */
function timeInput<T extends number | bigint>(seconds: Leaf<T>): Input<T> {
  const { initial, parse } = seconds.input!;
  return { hint, initial, parse: (text) => parse(parseTime(text)), print: timeToString };
}

export const time64 = shown(i64, { kind: 'time', text: timeToString, input: timeInput(i64) });
export const time32 = shown(u32, { kind: 'time', text: timeToString, input: timeInput(u32) });
