import { type BlockProblem } from '../messages/index.js';

export type CompactBlockErrorCode =
  /** Neither short ids nor transactions. */
  | 'no-transactions'
  /** More than an index of 16 bits can name. */
  | 'too-many-transactions'
  /** Two transactions at one place, or one outside the block. */
  | 'bad-index'
  /** Two of the block's transactions have one short id. */
  | 'repeated-short-ids'
  /** An answer for another block. */
  | 'other-block'
  /** An answer with more or fewer transactions than were asked for. */
  | 'wrong-count'
  /** The transactions are not those that the header, or the coinbase, commits to. */
  | 'not-the-block';

const askWhole = 'Ask for the whole block with getdata: short ids collide by chance now and then.';
const atFault = 'The peer broke BIP152; ask another peer for the block.';

const words: Record<CompactBlockErrorCode, { message: string; hint: string }> = {
  'no-transactions': { message: 'the compact block has no transactions', hint: atFault },
  'too-many-transactions': { message: 'the compact block has more transactions than 65,535', hint: atFault },
  'bad-index': {
    message: 'a prefilled transaction is not at a place of its own in the block',
    hint: atFault,
  },
  'repeated-short-ids': { message: 'two transactions of the block have the same short id', hint: askWhole },
  'other-block': {
    message: 'the transactions came for another block',
    hint: 'Wait on for those of this block.',
  },
  'wrong-count': { message: 'not as many transactions came as were asked for', hint: atFault },
  'not-the-block': { message: 'these are not the transactions of the block', hint: askWhole },
};

/** Why a compact block does not become a block. */
export class CompactBlockError extends Error {
  override readonly name = 'CompactBlockError';
  readonly code: CompactBlockErrorCode;
  /** What to do now. */
  readonly hint: string;
  /** What is wrong with the block that came out, for 'not-the-block'. */
  readonly problem: BlockProblem | undefined;

  constructor(code: CompactBlockErrorCode, problem?: BlockProblem) {
    super(problem === undefined ? words[code].message : `${words[code].message}: ${problem.message}`);
    this.code = code;
    this.hint = words[code].hint;
    this.problem = problem;
  }

  /** Whether the whole block, asked for with getdata, may be good. */
  get askForBlock(): boolean {
    return words[this.code].hint === askWhole;
  }
}
