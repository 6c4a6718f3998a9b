/** Payloads in which a count or a length is not what follows. */
import { concatBytes } from '../../shared/bytes.js';
import { fieldsOf, type DecodedType, type FieldNode } from '../../shared/messages/index.js';
import { type Rng } from './rng.js';
import { corpus } from './speech.js';

/** CompactSizes: nothing, one, the edges of each width, more than anything holds; and some that are too long. */
export const lies: readonly Uint8Array[] = [
  [0x00],
  [0x01],
  [0xfc],
  [0xfd, 0xfd, 0x00],
  [0xfd, 0xff, 0xff],
  [0xfe, 0x00, 0x00, 0x01, 0x00],
  [0xfe, 0x00, 0x00, 0x00, 0x02],
  [0xfe, 0xff, 0xff, 0xff, 0xff],
  [0xff, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f, 0x00],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0xfd, 0x01, 0x00],
  [0xfe, 0xff, 0x00, 0x00, 0x00],
  [0xff, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00],
  [0xff],
].map((bytes) => Uint8Array.from(bytes));

/** Where the counts and lengths of a payload are. */
export function countsIn(node: FieldNode): FieldNode[] {
  return node.kind === 'compactSize' ? [node] : node.children.flatMap(countsIn);
}

/** A payload with one count replaced. */
export function withLie(payload: Uint8Array, { start, end }: FieldNode, lie: Uint8Array): Uint8Array {
  return concatBytes(payload.subarray(0, start), lie, payload.subarray(end));
}

/** A payload of this type in which one count lies, or several; the same payload where it has none. */
export function lyingPayload(type: DecodedType, rng: Rng): Uint8Array {
  let payload = rng.pick(corpus.get(type)!);
  for (let more = true; more; more = rng.oneIn(4)) {
    const counts = countsIn(fieldsOf(type, payload)!);
    if (counts.length === 0) return payload;
    payload = withLie(payload, rng.pick(counts), rng.pick(lies));
  }
  return payload;
}
