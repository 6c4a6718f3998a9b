/** What may happen to bytes, and to the pieces that a stream is made of. */
import { concatBytes } from '../../shared/bytes.js';
import { type Rng } from './rng.js';

const NOTHING = new Uint8Array(0);

type Change = (bytes: Uint8Array, rng: Rng) => Uint8Array;

/** CompactSizes that announce more than follows, and numbers at their edges. */
const extremes = [
  [0xfd, 0xff, 0xff],
  [0xfe, 0xff, 0xff, 0xff, 0xff],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0xfd, 0x00, 0x00],
  [0xfe, 0x51, 0xc3, 0x00, 0x00],
  [0x00, 0x00, 0x00, 0x80],
  [0x00, 0x09, 0x3d, 0x00],
].map((bytes) => Uint8Array.from(bytes));

const changes: readonly Change[] = [
  (bytes, rng) => {
    const changed = bytes.slice();
    for (let flips = 1 + rng.skewed(4); flips > 0 && bytes.length > 0; flips--)
      changed[rng.below(bytes.length)]! ^= 1 << rng.below(8);
    return changed;
  },
  (bytes, rng) => {
    const changed = bytes.slice();
    if (bytes.length > 0) changed[rng.below(bytes.length)] = rng.pick([0, 1, 0x7f, 0x80, 0xfd, 0xff]);
    return changed;
  },
  // Truncated.
  (bytes, rng) => bytes.subarray(0, rng.below(bytes.length + 1)),
  // Something left out.
  (bytes, rng) => {
    const at = rng.below(bytes.length + 1);
    return concatBytes(bytes.subarray(0, at), bytes.subarray(at + 1 + rng.skewed(40)));
  },
  // Something put in.
  (bytes, rng) => {
    const at = rng.below(bytes.length + 1);
    return concatBytes(bytes.subarray(0, at), rng.bytes(1 + rng.skewed(40)), bytes.subarray(at));
  },
  // Something said twice.
  (bytes, rng) => {
    const at = rng.below(bytes.length + 1);
    const end = at + rng.skewed(200);
    return concatBytes(bytes.subarray(0, end), bytes.subarray(at));
  },
  (bytes, rng) => {
    const extreme = rng.pick(extremes);
    const at = rng.below(bytes.length + 1);
    const from = rng.oneIn(2) ? at : at + extreme.length;
    return concatBytes(bytes.subarray(0, at), extreme, bytes.subarray(from));
  },
];

/** One change or more. The argument stays as it is. */
export function mutateBytes(bytes: Uint8Array, rng: Rng): Uint8Array {
  for (let more = true; more; more = rng.oneIn(3)) bytes = rng.pick(changes)(bytes, rng);
  return bytes;
}

/** The same for a stream in pieces (key, garbage, packets…): whole pieces get lost, doubled, swapped, or changed. */
export function mutatePieces(pieces: readonly Uint8Array[], rng: Rng): Uint8Array[] {
  const changed = [...pieces];
  for (let more = true; more; more = rng.oneIn(3)) {
    const [at, other] = [rng.below(changed.length + 1), rng.below(changed.length + 1)];
    const piece = changed[at] ?? NOTHING;
    switch (rng.below(7)) {
      case 0:
        changed.splice(at, 1);
        break;
      case 1:
        changed.splice(other, 0, piece);
        break;
      case 2:
        changed.splice(at, 1, changed[other] ?? NOTHING);
        changed.splice(other, 1, piece);
        break;
      case 3:
        changed.splice(at, 0, rng.bytes(rng.skewed(100)));
        break;
      case 4:
        changed.splice(at, 1, rng.bytes(piece.length));
        break;
      default:
        changed.splice(at, 1, mutateBytes(piece, rng));
    }
  }
  return changed;
}

/** The start of one stream, then the end of another. */
export function splice(a: readonly Uint8Array[], b: readonly Uint8Array[], rng: Rng): Uint8Array[] {
  return [...a.slice(0, rng.below(a.length + 1)), ...b.slice(rng.below(b.length + 1))];
}

/** How the network hands a stream over: whole, in pieces of any size, byte by byte, with nothing in between. */
export function cut(stream: Uint8Array, rng: Rng): Uint8Array[] {
  const most = rng.pick([1, 20, 100, 2000, Infinity]);
  if (most === Infinity) return [stream];
  const chunks: Uint8Array[] = [];
  // Long streams are not worth a call for every byte.
  const least = Math.ceil(stream.length / 400);
  for (let at = 0; at < stream.length;) {
    const end = at + least + rng.below(most);
    chunks.push(stream.subarray(at, end));
    if (rng.oneIn(20)) chunks.push(NOTHING);
    at = end;
  }
  return chunks;
}
