/** Transactions that wait: announced when they come, and all of them to whoever asks (BIP35). */
import { inventoryTypes, type InventoryEntry } from '../../shared/messages/index.js';
import { type MempoolEntry } from './mempool.js';
import { type BloomService } from './serve-bloom.js';
import { type Visit } from './visit.js';

/** For who knows that Bloom filters are served (BIP111): the session ends with who asks a node that serves none. */
export function serveMempool(visit: Visit, bloom: BloomService): void {
  const inventory = visit.ledger.mempool.entries
    .filter(({ feeRate, transaction }) => visit.wantsFeeRate(feeRate) && bloom.matches(transaction))
    .map((entry) => announcementOf(visit, entry));
  if (inventory.length > 0) visit.send('inv', { inventory });
}

export function announceTransaction(visit: Visit, bloom: BloomService, entry: MempoolEntry): void {
  if (visit.wantsFeeRate(entry.feeRate) && bloom.matches(entry.transaction))
    visit.send('inv', { inventory: [announcementOf(visit, entry)] });
}

function announcementOf({ wantsWtxids }: Visit, { txid, wtxid }: MempoolEntry): InventoryEntry {
  return wantsWtxids ? { type: inventoryTypes.wtx, hash: wtxid } : { type: inventoryTypes.tx, hash: txid };
}
