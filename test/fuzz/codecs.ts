/** One mutated payload against the codec of its type, and against the tree of its fields. */
import { equalBytes } from '../../shared/bytes.js';
import {
  DecodeError,
  decodeMessage,
  encodeMessage,
  fieldsOf,
  type DecodedType,
  type FieldNode,
  type MessageMap,
} from '../../shared/messages/index.js';
import { types } from '../messages/arbitraries.js';
import { must } from './invariants.js';
import { type Rng } from './rng.js';
import { lyingPayload } from './lies.js';
import { countReads } from './reads.js';
import { payloadOf } from './speech.js';

/** An empty item takes a byte, and two reads: its length, and nothing. What fails is read twice, to name the field. */
const READS_A_BYTE = 4;
const READS_MORE = 32;

/** @returns the type, and what became of the payload */
export function fuzzCodec(rng: Rng): { type: DecodedType; outcome: string } {
  const type = rng.pick(types);
  const payload = rng.oneIn(3) ? lyingPayload(type, rng) : payloadOf(type, rng);
  const copy = payload.slice();
  const { reads, result: decoded } = countReads(() => decodeMessage(type, payload));
  must(reads <= READS_A_BYTE * payload.length + READS_MORE, `${reads} reads for ${payload.length} bytes`);
  must(equalBytes(copy, payload), 'the payload was changed');
  if (rng.oneIn(8)) checkTree(fieldsOf(type, payload)!, payload, decoded.kind === 'malformed');
  switch (decoded.kind) {
    case 'decoded': {
      const size = sizeOf(decoded.value);
      must(size <= 64 + 8 * payload.length, `${size} values out of ${payload.length} bytes`);
      const again = encodeMessage(type, decoded.value as MessageMap[DecodedType]);
      must(equalBytes(payload, again), `${type} is not what its bytes were`);
      return { type, outcome: 'decoded' };
    }
    case 'malformed': {
      const { error } = decoded;
      must(
        error instanceof DecodeError && error.reason !== '' && error.hint !== '',
        'an error without words',
      );
      must(error.offset >= 0 && error.offset <= payload.length, `an error at ${error.offset}`);
      return { type, outcome: error.code };
    }
    default:
      throw new Error(`${type} has a codec, and was passed on`);
  }
}

/** How many values there are in it, byte arrays apart: they are views. */
function sizeOf(value: unknown): number {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return 1;
  return Object.values(value).reduce((sum: number, part: unknown) => sum + sizeOf(part), 1);
}

/** The leaves are the payload, and every node has something to show. */
function checkTree(root: FieldNode, payload: Uint8Array, malformed: boolean): void {
  must((root.error !== undefined) === malformed, 'the tree and the decoder disagree');
  let at = 0;
  const visit = (node: FieldNode, depth: number) => {
    must(depth < 20, 'a tree without a bottom');
    must(typeof node.text === 'string' && node.name !== '', 'a field without words');
    // A fixed field has no value of its own; asking must not throw.
    void node.value;
    if (node.children.length === 0) {
      must(node.start === at && node.end >= at, `a leaf from ${node.start}, not ${at}`);
      at = node.end;
    }
    for (const child of node.children) visit(child, depth + 1);
  };
  visit(root, 0);
  must(at === payload.length, `leaves of ${at} in ${payload.length} bytes`);
}
