export type MerkleProofErrorCode =
  | 'no-transactions'
  | 'too-many-transactions'
  | 'too-many-hashes'
  | 'hashes-missing'
  | 'hashes-left'
  | 'bits-missing'
  | 'bits-left'
  | 'repeated-hashes'
  | 'root-mismatch';

const reasons: Record<MerkleProofErrorCode, string> = {
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

/** Why a merkle block proves nothing. */
export class MerkleProofError extends Error {
  override readonly name = 'MerkleProofError';
  readonly code: MerkleProofErrorCode;
  readonly hint: string =
    'The peer proves nothing by this: take none of its transactions as confirmed, and ask another one.';

  constructor(code: MerkleProofErrorCode) {
    super(`the proof does not hold: ${reasons[code]}`);
    this.code = code;
  }
}
