import { hashToString } from '../messages/index.js';

export type HeaderErrorCode =
  /** Not 80 bytes, or a value that they cannot hold. */
  | 'not-a-header'
  /** It does not build on the one before it in the same batch. */
  | 'discontinuous'
  /** Its compact target is negative, zero or larger than 256 bits. */
  | 'invalid-bits'
  /** Its target is easier than the network's easiest. */
  | 'target-too-easy'
  /** Its hash is above its target. */
  | 'bad-proof-of-work'
  /** The chain is as long as it may get here. */
  | 'chain-too-long'
  /** A branch with less work than the chain is longer than what is kept of branches. */
  | 'branch-too-long';

/** Why a header was not taken: a value. */
export interface HeaderError {
  readonly code: HeaderErrorCode;
  /** Of the header in its batch, from 0. */
  readonly index: number;
  /** What is wrong, one sentence. */
  readonly message: string;
  /** What a person can do about it. */
  readonly hint: string;
  /** Of the header: 32 bytes in wire order; undefined for what is none. */
  readonly hash?: Uint8Array;
}

const ANOTHER = 'Nobody who follows this network’s rules sends such a header: take another peer.';

const words: Record<HeaderErrorCode, readonly [says: string, hint: string]> = {
  'not-a-header': ['is not 80 bytes of a header', 'Give a decoded header, or its 80 bytes.'],
  discontinuous: ['does not build on the one before it', 'The headers of one batch are a chain. ' + ANOTHER],
  'invalid-bits': ['names a target that no hash can be below', ANOTHER],
  'target-too-easy': [
    'names a target that is easier than the network allows',
    'It may be of another network: check the network. Otherwise take another peer.',
  ],
  'bad-proof-of-work': ['does not have the work that it claims', ANOTHER],
  'chain-too-long': [
    'would make the chain longer than what is kept here',
    'No real chain of this network is that long: the peer sends cheap headers without end. Take another peer.',
  ],
  'branch-too-long': [
    'belongs to a branch that has less work than the chain, and is longer than what is kept of branches',
    'If the peer is right about the chain, start over with an empty one and this peer alone.',
  ],
};

export function headerError(code: HeaderErrorCode, index: number, hash?: Uint8Array): HeaderError {
  const [says, hint] = words[code];
  const name = hash === undefined ? '' : `, ${hashToString(hash)},`;
  const message = `header number ${index + 1}${name} ${says}`;
  return { code, index, message, hint, ...(hash !== undefined && { hash }) };
}
