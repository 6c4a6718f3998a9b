import ipaddr from 'ipaddr.js';

/** Where each kind of IPv6 address holds an IPv4 address, as 16-bit groups; some machine on the way may go there. */
const forms: readonly {
  readonly range: string;
  readonly bits: number;
  readonly group: number;
  readonly flip?: true;
}[] = [
  { range: '::', bits: 96, group: 6 }, // IPv4-compatible (RFC 4291, 2.5.5.1)
  { range: '::ffff:0:0', bits: 96, group: 6 }, // IPv4-mapped (RFC 4291, 2.5.5.2)
  { range: '::ffff:0:0:0', bits: 96, group: 6 }, // IPv4-translated (RFC 2765)
  { range: '64:ff9b::', bits: 96, group: 6 }, // NAT64 (RFC 6052)
  { range: '64:ff9b:1::', bits: 48, group: 6 }, // NAT64 of one's own (RFC 8215), by its longest prefix
  { range: '2002::', bits: 16, group: 1 }, // 6to4 (RFC 3056)
  { range: '2001::', bits: 32, group: 2 }, // Teredo's server (RFC 4380)
  { range: '2001::', bits: 32, group: 6, flip: true }, // and its client
];

/** ISATAP (RFC 5214): in any prefix. */
const isIsatap = (parts: readonly number[]) => (parts[4]! & 0xfdff) === 0 && parts[5] === 0x5efe;

/** The address itself, and every IPv4 address inside it. */
export function readings(address: string): (ipaddr.IPv4 | ipaddr.IPv6)[] {
  if (!ipaddr.isValid(address)) return [];
  const parsed = ipaddr.parse(address);
  if (parsed instanceof ipaddr.IPv4) return [parsed];
  const inside = forms
    .filter(({ range, bits }) => parsed.match(ipaddr.IPv6.parse(range), bits))
    .map(({ group, flip }) => ipv4At(parsed.parts, group, flip === true));
  return [parsed, ...inside, ...(isIsatap(parsed.parts) ? [ipv4At(parsed.parts, 6, false)] : [])];
}

function ipv4At(parts: readonly number[], group: number, flip: boolean): ipaddr.IPv4 {
  const bytes = [parts[group]!, parts[group + 1]!].flatMap((part) => [part >> 8, part & 255]);
  return new ipaddr.IPv4(flip ? bytes.map((byte) => byte ^ 255) : bytes);
}
