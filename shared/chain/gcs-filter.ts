/**
 * BIP158's basic block filter: a Golomb-coded set of the scripts that a block pays to and spends from. Whoever asks
 * whether a script is in it gets "no", or "probably": one in 784,931 answers is wrong.
 */
import { concatBytes, toHex } from '../bytes.js';
import {
  doubleSha256,
  DecodeError,
  sipHash24,
  sipHashKey,
  type Block,
  type SipHashKey,
} from '../messages/index.js';
import { ByteReader } from '../messages/reader.js';
import { ByteWriter } from '../messages/writer.js';
import { FilterError } from './error.js';
import { GolombRiceReader, GolombRiceWriter } from './golomb-rice.js';
import { scaleDown } from './range.js';

/** BIP158, Basic: bits of the remainder, and the inverse of the rate of false positives. */
const P = 19;
const M = 784_931;
const KEY_BYTES = 16;
const OP_RETURN = 0x6a;
/** An element takes its remainder and at least the zero that ends the quotient. */
const MIN_ELEMENT_BITS = P + 1;

/**
 * The basic filter of a block, as `cfilter` carries it.
 * @param blockHash 32 bytes in wire order
 * @param spentScripts of the outputs that the block spends, in any order
 */
export function basicFilter(
  block: Block,
  blockHash: Uint8Array,
  spentScripts: Iterable<Uint8Array>,
): Uint8Array {
  const created = block.transactions
    .flatMap(({ outputs }) => outputs.map(({ scriptPubKey }) => scriptPubKey))
    .filter((script) => script[0] !== OP_RETURN);
  return encodeFilter([...created, ...spentScripts], blockHash);
}

/** A set of byte strings, each counted once; empty ones are left out, as BIP158 says for scripts. */
export function encodeFilter(elements: readonly Uint8Array[], blockHash: Uint8Array): Uint8Array {
  const distinct = new Map(elements.filter(({ length }) => length > 0).map((each) => [toHex(each), each]));
  const coded = new GolombRiceWriter(P);
  let previous = 0;
  for (const value of hashes([...distinct.values()], distinct.size, blockHash)) {
    coded.write(value - previous);
    previous = value;
  }
  const count = new ByteWriter();
  count.compactSize(distinct.size);
  return concatBytes(count.finish(), coded.finish());
}

/** The hashed elements, ascending. @throws {FilterError} */
export function decodeFilter(filter: Uint8Array): number[] {
  return [...elementsOf(filter).values];
}

/**
 * Whether at least one of the scripts is, probably, among those that the block pays to or spends from.
 * @throws {FilterError}
 */
export function filterMatches(
  filter: Uint8Array,
  blockHash: Uint8Array,
  scripts: readonly Uint8Array[],
): boolean {
  const { count, values } = elementsOf(filter);
  const wanted = hashes(
    scripts.filter(({ length }) => length > 0),
    count,
    blockHash,
  );
  let at = 0;
  let found = false;
  // To the end also after a match: a filter that breaks off must not depend on the question.
  for (const value of values) {
    while (at < wanted.length && wanted[at]! < value) at++;
    found ||= wanted[at] === value;
  }
  return found;
}

/** 32 bytes in wire order. */
export function filterHash(filter: Uint8Array): Uint8Array {
  return doubleSha256(filter);
}

/**
 * BIP157: chains a filter to the ones before it.
 * @param previous the filter header of the block before; 32 zeros for genesis
 */
export function filterHeader(hash: Uint8Array, previous: Uint8Array): Uint8Array {
  return doubleSha256(concatBytes(hash, previous));
}

/** Each hashed to a number below count × M, ascending. */
function hashes(elements: readonly Uint8Array[], count: number, blockHash: Uint8Array): Float64Array {
  const key: SipHashKey = sipHashKey(blockHash.subarray(0, KEY_BYTES));
  return Float64Array.from(elements, (element) => scaleDown(sipHash24(key, element), count * M)).sort();
}

function elementsOf(filter: Uint8Array): { count: number; values: Generator<number> } {
  const { count, start } = countOf(filter);
  return { count, values: read(filter, start, count) };
}

function* read(filter: Uint8Array, start: number, count: number): Generator<number> {
  const coded = new GolombRiceReader(P, filter, start);
  let value = 0;
  for (let i = 0; i < count; i++) {
    value += coded.read();
    if (value >= count * M) {
      const offset = filter.length - coded.remainingBytes - 1;
      throw new FilterError(
        'invalid-element',
        offset,
        `element ${i} is beyond the range of ${count} elements`,
      );
    }
    yield value;
  }
  if (coded.remainingBytes > 0) {
    const offset = filter.length - coded.remainingBytes;
    throw new FilterError('trailing-bytes', offset, `${coded.remainingBytes} bytes follow the last element`);
  }
}

function countOf(filter: Uint8Array): { count: number; start: number } {
  const reader = new ByteReader(filter);
  let count: number;
  try {
    count = reader.compactSize(Number.MAX_SAFE_INTEGER);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new FilterError(error.code === 'truncated' ? 'truncated' : 'invalid-count', 0, error.reason);
  }
  if (count * MIN_ELEMENT_BITS > 8 * reader.remaining) {
    throw new FilterError('truncated', filter.length, `there is no room for ${count} elements`);
  }
  return { count, start: reader.position };
}
