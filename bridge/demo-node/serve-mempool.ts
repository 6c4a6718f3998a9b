/** Transactions that wait: announced when they come, and all of them to whoever asks (BIP35). */
import { inventoryTypes, type InventoryEntry } from '../../shared/messages/index.js';
import { type MempoolEntry } from './mempool.js';
import { type Visit } from './visit.js';

/** Knots answers anyone; Core only those whom it told that it serves Bloom filters, and disconnects others. */
export function serveMempool(visit: Visit): void {
  const inventory = visit.ledger.mempool.entries
    .filter(({ feeRate }) => visit.wantsFeeRate(feeRate))
    .map((entry) => announcementOf(visit, entry));
  if (inventory.length > 0) visit.send('inv', { inventory });
}

export function announceTransaction(visit: Visit, entry: MempoolEntry): void {
  if (visit.wantsFeeRate(entry.feeRate)) visit.send('inv', { inventory: [announcementOf(visit, entry)] });
}

function announcementOf({ wantsWtxids }: Visit, { txid, wtxid }: MempoolEntry): InventoryEntry {
  return wantsWtxids ? { type: inventoryTypes.wtx, hash: wtxid } : { type: inventoryTypes.tx, hash: txid };
}
