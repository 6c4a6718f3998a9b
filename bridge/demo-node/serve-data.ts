/** getdata and getblocktxn: blocks in each of their forms, and transactions. */
import {
  blockWithoutWitness,
  compactBlockOf,
  inventoryTypes,
  withoutWitness,
  type GetBlockTxn,
  type InventoryEntry,
} from '../../shared/messages/index.js';
import { type RandomSource } from '../../shared/random.js';
import { blockOf, type ChainBlock } from './chain.js';
import { type BloomService } from './serve-bloom.js';
import { type Visit } from './visit.js';

/** How far below the tip a node sends compact blocks, and what is missing in one. Deeper it sends whole blocks. */
const MAX_COMPACT_DEPTH = 5;
const MAX_MISSING_DEPTH = 10;
/** Entries that cost little, between two looks at whether the visitor still reads. */
const ENTRIES_AT_ONCE = 500;

/** In order; blocks that are not known are left out, transactions that are not known are told at the end. */
export async function serveData(
  visit: Visit,
  inventory: readonly InventoryEntry[],
  bloom: BloomService,
  blockSent: (hash: Uint8Array) => void,
): Promise<void> {
  const missing: InventoryEntry[] = [];
  for (const [i, entry] of inventory.entries()) {
    const block = isBlock(entry) ? visit.ledger.chain.find(entry.hash) : undefined;
    if (block !== undefined || i % ENTRIES_AT_ONCE === ENTRIES_AT_ONCE - 1) {
      if (!(await visit.room())) return;
    }
    if (block !== undefined) {
      if (entry.type === inventoryTypes.filteredBlock) bloom.serveBlock(block);
      else serveBlock(visit, block, entry.type);
      blockSent(entry.hash);
    } else if (isTransaction(entry) && !serveTransaction(visit, entry)) {
      missing.push(entry);
    }
  }
  if (missing.length > 0) visit.send('notfound', { inventory: missing });
}

function isBlock({ type }: InventoryEntry): boolean {
  return (
    type === inventoryTypes.block ||
    type === inventoryTypes.witnessBlock ||
    type === inventoryTypes.filteredBlock ||
    type === inventoryTypes.compactBlock
  );
}

function isTransaction({ type }: InventoryEntry): boolean {
  return type === inventoryTypes.tx || type === inventoryTypes.witnessTx || type === inventoryTypes.wtx;
}

function serveBlock(visit: Visit, block: ChainBlock, type: number): void {
  if (type === inventoryTypes.block) visit.send('block', blockWithoutWitness(blockOf(block)));
  else if (type === inventoryTypes.compactBlock && depth(visit, block) <= MAX_COMPACT_DEPTH)
    visit.send('cmpctblock', compactBlockOf(blockOf(block), randomU64(visit.random)));
  else visit.sendBytes('block', block.bytes);
}

/** Each type asks by one kind of id (BIP339): the other kind is not found. */
function serveTransaction({ ledger, send }: Visit, { type, hash }: InventoryEntry): boolean {
  const { mempool } = ledger;
  const entry = type === inventoryTypes.wtx ? mempool.byWtxid(hash) : mempool.byTxid(hash);
  if (entry === undefined) return false;
  send('tx', type === inventoryTypes.tx ? withoutWitness(entry.transaction) : entry.transaction);
  return true;
}

/** What a compact block lacks; from blocks that are deep, everything. Silence for a block that is not known. */
export function serveMissing(visit: Visit, { blockHash, indexes }: GetBlockTxn): void {
  const known = visit.ledger.chain.find(blockHash);
  if (known === undefined) return;
  if (depth(visit, known) > MAX_MISSING_DEPTH) return visit.sendBytes('block', known.bytes);
  const { transactions } = blockOf(known);
  // Ascending, so that the last one tells.
  if ((indexes.at(-1) ?? 0) >= transactions.length) return visit.disconnect('getblocktxn beyond the block');
  visit.send('blocktxn', { blockHash, transactions: indexes.map((index) => transactions[index]!) });
}

function depth({ ledger }: Visit, { height }: ChainBlock): number {
  return ledger.chain.height - height;
}

export function randomU64(random: RandomSource): bigint {
  return new DataView(random(8).slice().buffer).getBigUint64(0);
}
