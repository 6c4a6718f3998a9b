export type MerkleProofErrorCode =
  /** To `merkleProof`: not the txids of a block, 32 bytes each. */
  | 'invalid-txids'
  /** To `merkleProof`: not one boolean for each transaction. */
  | 'invalid-matches'
  | 'no-transactions'
  | 'too-many-transactions'
  | 'too-many-hashes'
  | 'hashes-missing'
  | 'hashes-left'
  | 'bits-missing'
  | 'bits-left'
  | 'repeated-hashes'
  | 'root-mismatch';

type BadProof = Exclude<MerkleProofErrorCode, 'invalid-txids' | 'invalid-matches'>;

const misuse: { readonly [code: string]: readonly [message: string, hint: string] } = {
  'invalid-txids': [
    'no proof without the txids of the block',
    'Give those of all its transactions in an array, in their order: 32 bytes each, in wire order.',
  ],
  'invalid-matches': [
    'no proof without one boolean for each transaction',
    'From places it is txids.map((_, i) => places.has(i)); from a set of ids by their hex, likewise.',
  ],
};

const reasons: Record<BadProof, string> = {
  'no-transactions': 'a block has at least one transaction',
  'too-many-transactions': 'no block has room for so many transactions',
  'too-many-hashes': 'there are more hashes than transactions',
  'hashes-missing': 'the walk needs more hashes than there are',
  'hashes-left': 'the walk ended, and hashes are left over',
  'bits-missing': 'the walk needs more flag bits than there are',
  'bits-left': 'the walk ended, and flag bytes are left over',
  'repeated-hashes': 'two equal hashes make a pair in the tree (CVE-2012-2459)',
  'root-mismatch': 'the root of the tree is not the one in the header',
};

/** Why a merkle block proves nothing, or none was made. */
export class MerkleProofError extends Error {
  override readonly name = 'MerkleProofError';
  readonly code: MerkleProofErrorCode;
  /** What to do about it. */
  readonly hint: string;

  constructor(code: MerkleProofErrorCode) {
    const [message, hint] = misuse[code] ?? [
      `the proof does not hold: ${reasons[code as BadProof]}`,
      'The peer proves nothing by this: take none of its transactions as confirmed, and ask another one.',
    ];
    super(message);
    this.code = code;
    this.hint = hint;
  }
}
