/**
 * A million generated addresses, in every way to write them, against a table of special-purpose ranges that shares no
 * code with the bridge: IANA's IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and what came after it), and
 * multicast. PEERGLASS_SEED repeats a run.
 */
import { randomInt } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { isPublicUnicast } from '../../bridge/policy.js';
import { parseHost } from '../../shared/tunnel/index.js';

const COUNT = 1_000_000;

/** RFC 1122 and 6890 onwards; those of anycast services too, which are no host of anybody. */
const V4: [number, number, number, number, bits: number][] = [
  [0, 0, 0, 0, 8],
  [10, 0, 0, 0, 8],
  [100, 64, 0, 0, 10], // shared address space
  [127, 0, 0, 0, 8],
  [169, 254, 0, 0, 16],
  [172, 16, 0, 0, 12],
  [192, 0, 0, 0, 24], // IETF protocol assignments
  [192, 0, 2, 0, 24], // documentation
  [192, 31, 196, 0, 24], // AS112
  [192, 52, 193, 0, 24], // AMT
  [192, 88, 99, 0, 24], // 6to4 relays, deprecated
  [192, 168, 0, 0, 16],
  [192, 175, 48, 0, 24], // AS112
  [198, 18, 0, 0, 15], // benchmarking
  [198, 51, 100, 0, 24],
  [203, 0, 113, 0, 24],
  [224, 0, 0, 0, 4], // multicast
  [240, 0, 0, 0, 4], // reserved, and broadcast
];

/** The leading groups, and how many bits of them count. */
const V6: [groups: number[], bits: number][] = [
  [[0, 0, 0, 0, 0, 0], 96], // unspecified, loopback, IPv4-compatible
  [[0, 0, 0, 0, 0, 0xffff], 96], // IPv4-mapped
  [[0, 0, 0, 0, 0xffff, 0], 96], // IPv4-translated
  [[0x64, 0xff9b, 0, 0, 0, 0], 96],
  [[0x64, 0xff9b, 1], 48],
  [[0x100, 0, 0, 0], 64], // discard-only
  [[0x100, 0, 0, 1], 64], // dummy
  [[0x2001, 0], 23], // IETF protocol assignments: Teredo, benchmarking, AMT, AS112, ORCHID, drone ids
  [[0x2001, 0xdb8], 32],
  [[0x2002], 16], // 6to4
  [[0x2620, 0x4f, 0x8000], 48], // AS112
  [[0x3fff, 0], 20], // documentation
  [[0x5f00], 16], // segment routing
  [[0xfc00], 7],
  [[0xfe80], 10],
  [[0xfec0], 10], // site-local, deprecated
  [[0xff00], 8],
];

const GLOBAL: (typeof V6)[number] = [[0x2000], 3]; // all that IANA has given out

const number = ([a, b, c, d]: readonly number[]) => ((a! << 24) | (b! << 16) | (c! << 8) | d!) >>> 0;

const isSpecial4 = (address: number) =>
  V4.some(([a, b, c, d, bits]) => address >>> (32 - bits) === number([a, b, c, d]) >>> (32 - bits));

function isIn6(groups: readonly number[], [prefix, bits]: (typeof V6)[number]): boolean {
  for (let i = 0; i * 16 < bits; i++) {
    const unused = Math.max(0, 16 - (bits - 16 * i));
    if (groups[i]! >>> unused !== (prefix[i] ?? 0) >>> unused) return false;
  }
  return true;
}

const isSpecial6 = (groups: readonly number[]) =>
  !isIn6(groups, GLOBAL) || V6.some((range) => isIn6(groups, range));

/** Mulberry32. */
function generator(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
  return { word: next, below: (most: number) => next() % most };
}

type Random = ReturnType<typeof generator>;

/** Anywhere, or in a special range or just beside it: first, last, and one off. */
function someIPv4(random: Random): number {
  const [a, b, c, d, bits] = V4[random.below(V4.length)]!;
  const size = 2 ** (32 - bits);
  const start = number([a, b, c, d]);
  const picks = [
    random.word(),
    start,
    start + size - 1,
    start - 1,
    start + size,
    start + (random.word() % size),
  ];
  return picks[random.below(picks.length)]! >>> 0;
}

function someIPv6(random: Random): number[] {
  const groups = Array.from({ length: 8 }, () => random.word() & 0xffff);
  const form = random.below(12);
  if (form < 3) {
    groups[0] = 0x2000 | (groups[0]! & 0x1fff);
    return groups;
  }
  if (form === 3) return groups;
  const [prefix, bits] = V6[random.below(V6.length)]!;
  prefix.forEach((group, i) => (groups[i] = group));
  const last = Math.ceil(bits / 16) - 1;
  const step = 1 << (16 * (last + 1) - bits);
  const off = [0, 0, 0, step, -step, step - 1, 2 * step - 1, -1][random.below(8)]!;
  groups[last] = (groups[last]! + off) & 0xffff;
  if (random.below(3) === 0) groups.fill(random.below(2) === 0 ? 0 : 0xffff, prefix.length);
  if (form < 8) embed(groups, someIPv4(random), random);
  return groups;
}

/** Where NAT64, 6to4, Teredo, ISATAP and the mapped forms hold an IPv4 address. */
function embed(groups: number[], address: number, random: Random): void {
  const [high, low] = [address >>> 16, address & 0xffff];
  switch (random.below(5)) {
    case 0:
      groups.splice(1, 2, high, low);
      break;
    case 1:
      groups.splice(6, 2, high ^ 0xffff, low ^ 0xffff);
      break;
    case 2:
      groups.splice(4, 4, 0, 0x5efe, high, low);
      break;
    default:
      groups.splice(6, 2, high, low);
  }
}

const dotted = (address: number) => [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');

/** In full, with zeros, with `::` somewhere, in capitals, with a dotted end, in brackets. */
function written(groups: readonly number[], random: Random): string {
  const way = random.below(6);
  let parts = groups.map((group) => (way === 1 ? group.toString(16).padStart(4, '0') : group.toString(16)));
  if (way === 2 || way === 5) parts = [...parts.slice(0, 6), dotted(((groups[6]! << 16) | groups[7]!) >>> 0)];
  let text = parts.join(':');
  if (way >= 3) {
    const run = /(^|:)(0(:0)+)(:|$)/.exec(text);
    if (run !== null) text = `${text.slice(0, run.index)}::${text.slice(run.index + run[0].length)}`;
  }
  if (way === 4) text = text.toUpperCase();
  return random.below(4) === 0 ? `[${text}]` : text;
}

describe('generated addresses', () => {
  const seed = Number(process.env['PEERGLASS_SEED'] ?? randomInt(2 ** 31));
  const random = generator(seed);

  test(`of IPv4 and IPv6: none that the registries name is accepted, none that they do not name is refused; seed ${seed}`, () => {
    const wrong: string[] = [];
    const count = { accepted: 0, refused: 0 };
    for (let i = 0; i < COUNT; i++) {
      const is4 = i % 4 === 0;
      const v4 = someIPv4(random);
      const v6 = someIPv6(random);
      const text = is4 ? dotted(v4) : written(v6, random);
      const expected = !(is4 ? isSpecial4(v4) : isSpecial6(v6));
      const accepted = isPublicUnicast(parseHost(text));
      count[accepted ? 'accepted' : 'refused'] += 1;
      if (accepted !== expected && wrong.push(`${text}: ${accepted ? 'accepted' : 'refused'}`) > 20) break;
    }
    console.log(`addresses, seed ${seed}: ${count.accepted} accepted, ${count.refused} refused`);
    expect(wrong).toEqual([]);
    // Both in plenty, or the comparison says nothing.
    expect(count.accepted).toBeGreaterThan(COUNT / 10);
    expect(count.refused).toBeGreaterThan(COUNT / 10);
  });
});
