/** getheaders and getblocks: what follows where the visitor is. */
import { equalBytes } from '../../shared/bytes.js';
import { inventoryTypes, type GetHeaders } from '../../shared/messages/index.js';
import { type Visit } from './visit.js';

/** A node's `inv` in answer to `getblocks`. */
const MAX_BLOCKS = 500;

/** At the tip an empty answer; silence, as a node's, for a request for one block that is not known. */
export function serveHeaders({ ledger, send }: Visit, request: GetHeaders): void {
  const blocks = ledger.chain.headersAfter(request);
  if (blocks.length === 0 && request.locator.length === 0) return;
  send('headers', { headers: blocks.map(({ header }) => header) });
}

/** How old clients sync: as many hashes as fit, and the next ones once the last of them was asked for. */
export class BlockHashes {
  readonly #visit: Visit;
  #last: Uint8Array | undefined;

  constructor(visit: Visit) {
    this.#visit = visit;
  }

  serve(request: GetHeaders): void {
    const blocks = this.#visit.ledger.chain.blocksAfter(request, MAX_BLOCKS);
    if (blocks.length === MAX_BLOCKS) this.#last = blocks.at(-1)!.hash;
    // As a node with nothing to announce.
    if (blocks.length > 0) this.#announce(blocks.map(({ hash }) => hash));
  }

  /** A block was asked for. If it is where the hashes ended, the tip's hash makes the visitor ask for more. */
  sent(hash: Uint8Array): void {
    if (this.#last === undefined || !equalBytes(this.#last, hash)) return;
    this.#last = undefined;
    this.#announce([this.#visit.ledger.chain.tip.hash]);
  }

  #announce(hashes: readonly Uint8Array[]): void {
    this.#visit.send('inv', { inventory: hashes.map((hash) => ({ type: inventoryTypes.block, hash })) });
  }
}
