/**
 * A regtest chain that is the same at every start: each block is an empty one with a coinbase that says its height
 * (BIP34), at fixed times, mined at regtest's difficulty. Blocks found later carry the time they were found.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, toHex } from '../../shared/bytes.js';
import {
  decodeBlockHeader,
  encodeBlockHeader,
  MAX_HEADERS,
  type BlockHeader,
  type GetHeaders,
} from '../../shared/messages/index.js';
import { networks } from '../../shared/networks.js';

/** Blocks above the genesis block that stand from the start. */
export const INITIAL_HEIGHT = 48;
/** 2024-01-01T00:00:00Z, and ten minutes a block. */
const FIRST_TIME = 1_704_067_200;
const BLOCK_SPACING = 600;
/** Regtest's only target, in its compact form; every other hash is below it. */
const BITS = 0x207fffff;
const TARGET = 0x7fffffn << 232n;
const BLOCK_VERSION = 0x20000000;
/** Regtest halves the subsidy every 150 blocks. */
const HALVING_INTERVAL = 150;
const FIRST_SUBSIDY = 50n * 100_000_000n;

export interface ChainBlock {
  readonly height: number;
  /** 32 bytes, in wire order. */
  readonly hash: Uint8Array;
  readonly header: BlockHeader;
}

export class Chain {
  readonly #blocks: ChainBlock[] = [];
  readonly #heights = new Map<string, number>();

  constructor() {
    this.#append(decodeBlockHeader(networks.regtest.genesis.header));
    for (let height = 1; height <= INITIAL_HEIGHT; height++) this.mine(FIRST_TIME + height * BLOCK_SPACING);
  }

  get tip(): ChainBlock {
    return this.#blocks.at(-1)!;
  }

  get height(): number {
    return this.tip.height;
  }

  at(height: number): ChainBlock | undefined {
    return this.#blocks[height];
  }

  /** Finds the next block. @param time in seconds; never earlier than the block before */
  mine(time: number): ChainBlock {
    const { height, hash: previous, header } = this.tip;
    const candidate: BlockHeader = {
      version: BLOCK_VERSION,
      previous,
      // The only transaction is the root of its tree.
      merkleRoot: hash256(coinbase(height + 1)),
      time: Math.max(time, header.time + 1),
      bits: BITS,
      nonce: 0,
    };
    while (littleEndian(hash256(encodeBlockHeader(candidate))) > TARGET) candidate.nonce++;
    return this.#append(candidate);
  }

  /** What a node answers to `getheaders`: up to 2000 headers after the first block of the locator that it has. */
  headersAfter({ locator, stop }: Pick<GetHeaders, 'locator' | 'stop'>): BlockHeader[] {
    const stopHeight = this.#heights.get(toHex(stop));
    // Without a locator the request is for the one block that `stop` names.
    if (locator.length === 0) return stopHeight === undefined ? [] : [this.#blocks[stopHeight]!.header];
    const known = locator
      .map((hash) => this.#heights.get(toHex(hash)))
      .find((height) => height !== undefined);
    const from = (known ?? 0) + 1;
    const to = stopHeight !== undefined && stopHeight >= from ? stopHeight + 1 : this.#blocks.length;
    return this.#blocks.slice(from, Math.min(to, from + MAX_HEADERS)).map((block) => block.header);
  }

  #append(header: BlockHeader): ChainBlock {
    const block = { height: this.#blocks.length, hash: hash256(encodeBlockHeader(header)), header };
    this.#blocks.push(block);
    this.#heights.set(toHex(block.hash), block.height);
    return block;
  }
}

/** The coinbase of an empty block: it claims the subsidy, and anyone may spend it. Valid under BIP34. */
export function coinbase(height: number): Uint8Array {
  const scriptSig = concatBytes(pushHeight(height), OP_0);
  const subsidy = new DataView(new ArrayBuffer(8));
  subsidy.setBigUint64(0, FIRST_SUBSIDY >> BigInt(Math.floor(height / HALVING_INTERVAL)), true);
  return concatBytes(
    Uint8Array.of(2, 0, 0, 0), // version
    Uint8Array.of(1), // one input, which spends nothing
    new Uint8Array(32),
    Uint8Array.of(0xff, 0xff, 0xff, 0xff),
    Uint8Array.of(scriptSig.length),
    scriptSig,
    Uint8Array.of(0xff, 0xff, 0xff, 0xff), // sequence
    Uint8Array.of(1), // one output
    new Uint8Array(subsidy.buffer),
    Uint8Array.of(1, OP_TRUE),
    new Uint8Array(4), // lock time
  );
}

const OP_TRUE = 0x51;
/** A coinbase's script has at least two bytes, and the low heights take one. */
const OP_0 = Uint8Array.of(0);

/** BIP34: the height as a script pushes numbers: OP_1 to OP_16, else a length and little-endian bytes. */
function pushHeight(height: number): Uint8Array {
  if (height <= 16) return Uint8Array.of(0x50 + height);
  const bytes: number[] = [];
  for (let rest = height; rest > 0; rest = Math.floor(rest / 256)) bytes.push(rest % 256);
  // The top bit is the sign.
  if (bytes.at(-1)! >= 0x80) bytes.push(0);
  return Uint8Array.of(bytes.length, ...bytes);
}

export function hash256(bytes: Uint8Array): Uint8Array {
  return sha256(sha256(bytes));
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes.slice().reverse())}`);
}
