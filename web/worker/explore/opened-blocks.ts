import { MAX_EXPLORED_BYTES } from '../limits.js';
import type { OpenedBlock } from './opened-block.js';

/** The blocks that were looked at last, within a sum of bytes; the latest in any case. */
export class OpenedBlocks {
  /** Least recently used first. */
  readonly #all = new Map<string, OpenedBlock>();
  #bytes = 0;

  get(hash: string): OpenedBlock | undefined {
    const block = this.#all.get(hash);
    if (block === undefined) return undefined;
    this.#all.delete(hash);
    this.#all.set(hash, block);
    return block;
  }

  /** Without counting as a use. */
  peek(hash: string): OpenedBlock | undefined {
    return this.#all.get(hash);
  }

  add(block: OpenedBlock): void {
    this.#remove(block.hash);
    this.#all.set(block.hash, block);
    this.#bytes += block.bytes.length;
    for (const [hash] of this.#all) {
      if (this.#bytes <= MAX_EXPLORED_BYTES || this.#all.size === 1) return;
      this.#remove(hash);
    }
  }

  /** The block that holds a transaction. @param id txid or wtxid */
  holding(id: string): { readonly block: OpenedBlock; readonly index: number } | undefined {
    for (const block of this.#all.values()) {
      const index = block.places.get(id);
      if (index !== undefined) return { block, index };
    }
    return undefined;
  }

  #remove(hash: string): void {
    this.#bytes -= this.#all.get(hash)?.bytes.length ?? 0;
    this.#all.delete(hash);
  }
}
