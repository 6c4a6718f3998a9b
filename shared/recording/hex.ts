/** Hex of megabytes: `fromHex` of bytes.ts is for short texts. */
const BAD = 0xff;
const values = new Uint8Array(128).fill(BAD);
for (let i = 0; i < 16; i++) {
  values['0123456789abcdef'.charCodeAt(i)] = i;
  values['0123456789ABCDEF'.charCodeAt(i)] = i;
}

/** @returns undefined for text that is not an even number of hex digits */
export function readHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    const high = values[text.charCodeAt(2 * i)] ?? BAD;
    const low = values[text.charCodeAt(2 * i + 1)] ?? BAD;
    if (high === BAD || low === BAD) return undefined;
    bytes[i] = (high << 4) | low;
  }
  return bytes;
}
