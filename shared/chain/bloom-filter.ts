/** BIP37: the filter that a light client loads, so that it is told only of transactions that may concern it. */
import { copyBytes } from '../bytes.js';
import { txid, type FilterLoad, type OutPoint, type Transaction, type TxOutput } from '../messages/index.js';
import { ByteWriter } from '../messages/writer.js';
import { murmur3 } from './murmur3.js';
import { pushedData } from '../script/operations.js';
import { scriptType, type ScriptTypeName } from '../script/type.js';

/** BIP37, Bloom filter format: what each hash function adds to the seed. */
const SEED_STEP = 0xfba4c795;

/** The low two bits of `flags`: which outputs that match have their outpoints added, so that spends match too. */
const UPDATE_MASK = 3;
const UPDATE_ALL = 1;
const UPDATE_PUBKEY_ONLY = 2;

/** BIP37: types whose keys stand in the script itself. */
const holdsPublicKeys: ReadonlySet<ScriptTypeName> = new Set(['p2pk', 'multisig']);

export class BloomFilter {
  readonly #bits: Uint8Array;
  readonly #hashFunctions: number;
  readonly #tweak: number;
  readonly #update: number;

  /** Copies the filter. Matching adds to it: see `flags` in BIP37. */
  constructor({ filter, hashFunctions, tweak, flags }: FilterLoad) {
    this.#bits = copyBytes(filter);
    this.#hashFunctions = hashFunctions;
    this.#tweak = tweak;
    this.#update = flags & UPDATE_MASK;
  }

  add(element: Uint8Array): void {
    for (const bit of this.#positions(element)) this.#bits[bit >>> 3]! |= 1 << (bit & 7);
  }

  /** "No" is certain; "yes" may be wrong. An empty filter says yes to everything, as Bitcoin Core's. */
  has(element: Uint8Array): boolean {
    for (const bit of this.#positions(element)) {
      if ((this.#bits[bit >>> 3]! & (1 << (bit & 7))) === 0) return false;
    }
    return true;
  }

  /**
   * BIP37, Filter matching algorithm: by the txid, data in an output's script, an outpoint that is spent, or data in an
   * input's script. Outputs that match are added as the flags say.
   */
  matches(transaction: Transaction): boolean {
    const id = txid(transaction);
    let found = this.has(id);
    for (const [vout, output] of transaction.outputs.entries()) {
      if (!pushedData(output.scriptPubKey).some((data) => this.has(data))) continue;
      found = true;
      if (this.#addsSpends(output)) this.add(outpointBytes({ txid: id, vout }));
    }
    return (
      found ||
      transaction.inputs.some(
        ({ outpoint, scriptSig }) =>
          this.has(outpointBytes(outpoint)) || pushedData(scriptSig).some((data) => this.has(data)),
      )
    );
  }

  #addsSpends({ scriptPubKey }: TxOutput): boolean {
    return (
      this.#update === UPDATE_ALL ||
      (this.#update === UPDATE_PUBKEY_ONLY && holdsPublicKeys.has(scriptType(scriptPubKey).type))
    );
  }

  *#positions(element: Uint8Array): Generator<number> {
    const size = 8 * this.#bits.length;
    // Bitcoin Core: a filter without bits is no reason to divide by zero (CVE-2013-5700).
    if (size === 0) return;
    for (let n = 0; n < this.#hashFunctions; n++)
      yield murmur3((Math.imul(n, SEED_STEP) + this.#tweak) | 0, element) % size;
  }
}

function outpointBytes({ txid: id, vout }: OutPoint): Uint8Array {
  const writer = new ByteWriter();
  writer.bytes(id);
  writer.u32(vout);
  return writer.finish();
}
