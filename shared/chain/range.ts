const WORD = 2 ** 32;

/**
 * BIP158's hash_to_range: hash × range ÷ 2⁶⁴, rounded down, in halves of 32 bits.
 * @param hash its low and its high half, unsigned
 * @param range a safe integer
 */
export function scaleDown([low, high]: readonly [low: number, high: number], range: number): number {
  const rangeHigh = Math.floor(range / WORD);
  const rangeLow = range % WORD;
  const [, lowest] = product(low, rangeLow);
  const [aLow, aHigh] = product(high, rangeLow);
  const [bLow, bHigh] = product(low, rangeHigh);
  const carry = Math.floor((lowest + aLow + bLow) / WORD);
  return high * rangeHigh + aHigh + bHigh + carry;
}

/** The 64-bit product of two 32-bit numbers, as its low and its high half. */
function product(a: number, b: number): [low: number, high: number] {
  const lower = a * (b & 0xffff);
  const upper = a * (b >>> 16);
  const low = lower + (upper % 0x1_0000) * 0x1_0000;
  return [low % WORD, Math.floor(upper / 0x1_0000) + Math.floor(low / WORD)];
}
