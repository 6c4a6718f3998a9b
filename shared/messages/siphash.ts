/**
 * SipHash-2-4 (Aumasson and Bernstein, 2012), as BIP152 and BIP158 use it. A 64-bit word is two halves of 32 bits,
 * low and high: BigInt is an order of magnitude slower, and a mempool has many thousands of ids to hash.
 */

/** A 128-bit key, as four words of 32 bits, lowest first. */
export type SipHashKey = readonly [number, number, number, number];

/** @param bytes 16 bytes: k0 and k1, little-endian */
export function sipHashKey(bytes: Uint8Array): SipHashKey {
  if (bytes.length !== 16) throw new TypeError('a SipHash key is 16 bytes');
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
  return [
    view.getUint32(0, true),
    view.getUint32(4, true),
    view.getUint32(8, true),
    view.getUint32(12, true),
  ];
}

/** The hash as its low and its high half, both unsigned. */
export function sipHash24([k0l, k0h, k1l, k1h]: SipHashKey, data: Uint8Array): [low: number, high: number] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let v0l = k0l ^ 0x70736575;
  let v0h = k0h ^ 0x736f6d65;
  let v1l = k1l ^ 0x6e646f6d;
  let v1h = k1h ^ 0x646f7261;
  let v2l = k0l ^ 0x6e657261;
  let v2h = k0h ^ 0x6c796765;
  let v3l = k1l ^ 0x79746573;
  let v3h = k1h ^ 0x74656462;

  /** One SipRound. Sums of halves stay exact as numbers; the carry shows as a sum above 32 bits. */
  const round = () => {
    let low: number;
    let t: number;
    // v0 += v1; v1 = rotl(v1, 13) ^ v0; v0 = rotl(v0, 32)
    low = (v0l >>> 0) + (v1l >>> 0);
    v0h = (v0h + v1h + (low > 0xffff_ffff ? 1 : 0)) | 0;
    v0l = low | 0;
    t = (v1l << 13) | (v1h >>> 19);
    v1h = ((v1h << 13) | (v1l >>> 19)) ^ v0h;
    v1l = t ^ v0l;
    t = v0l;
    v0l = v0h;
    v0h = t;
    // v2 += v3; v3 = rotl(v3, 16) ^ v2
    low = (v2l >>> 0) + (v3l >>> 0);
    v2h = (v2h + v3h + (low > 0xffff_ffff ? 1 : 0)) | 0;
    v2l = low | 0;
    t = (v3l << 16) | (v3h >>> 16);
    v3h = ((v3h << 16) | (v3l >>> 16)) ^ v2h;
    v3l = t ^ v2l;
    // v0 += v3; v3 = rotl(v3, 21) ^ v0
    low = (v0l >>> 0) + (v3l >>> 0);
    v0h = (v0h + v3h + (low > 0xffff_ffff ? 1 : 0)) | 0;
    v0l = low | 0;
    t = (v3l << 21) | (v3h >>> 11);
    v3h = ((v3h << 21) | (v3l >>> 11)) ^ v0h;
    v3l = t ^ v0l;
    // v2 += v1; v1 = rotl(v1, 17) ^ v2; v2 = rotl(v2, 32)
    low = (v2l >>> 0) + (v1l >>> 0);
    v2h = (v2h + v1h + (low > 0xffff_ffff ? 1 : 0)) | 0;
    v2l = low | 0;
    t = (v1l << 17) | (v1h >>> 15);
    v1h = ((v1h << 17) | (v1l >>> 15)) ^ v2h;
    v1l = t ^ v2l;
    t = v2l;
    v2l = v2h;
    v2h = t;
  };
  const compress = (low: number, high: number) => {
    v3l ^= low;
    v3h ^= high;
    round();
    round();
    v0l ^= low;
    v0h ^= high;
  };

  const whole = data.length - (data.length % 8);
  for (let at = 0; at < whole; at += 8) compress(view.getUint32(at, true), view.getUint32(at + 4, true));
  // The last word: what is left, and the length in the highest byte.
  const last = new Uint8Array(8);
  last.set(data.subarray(whole));
  last[7] = data.length;
  const lastView = new DataView(last.buffer);
  compress(lastView.getUint32(0, true), lastView.getUint32(4, true));
  v2l ^= 0xff;
  for (let i = 0; i < 4; i++) round();
  return [(v0l ^ v1l ^ v2l ^ v3l) >>> 0, (v0h ^ v1h ^ v2h ^ v3h) >>> 0];
}
