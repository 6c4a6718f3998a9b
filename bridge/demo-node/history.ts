/** What the demo node starts with: always the same blocks and the same mempool. */
import { Ledger } from './ledger.js';
import { scriptTypes } from './scripts.js';

/** Blocks above the genesis block that stand from the start: past two halvings. */
export const INITIAL_HEIGHT = 310;
/** 2024-01-01T00:00:00Z, and ten minutes a block. */
const FIRST_TIME = 1_704_067_200;
const BLOCK_SPACING = 600;
/** Transactions of the blocks from the first that can have any on, again and again. */
const FIRST_PAYMENT = 101;
const PAYMENTS = [1, 0, 0, 1, 0, 0, 0];
const WAITING_AT_START = 3;

export function withHistory(): Ledger {
  const ledger = new Ledger();
  for (let height = 1; height <= INITIAL_HEIGHT; height++) {
    const payments = height < FIRST_PAYMENT ? 0 : PAYMENTS[height % PAYMENTS.length]!;
    for (let i = 0; i < payments; i++) ledger.pay(scriptTypes);
    ledger.findBlock(FIRST_TIME + height * BLOCK_SPACING);
  }
  for (let i = 0; i < WAITING_AT_START; i++) ledger.pay();
  return ledger;
}
