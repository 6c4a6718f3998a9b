import { copyBytes, keyOf } from '../bytes.js';
import { previousOf } from './header-rows.js';

/** A header that is not in the chain, though what it builds on is, or is one of these. */
export interface BranchHeader {
  /** 80 bytes. */
  readonly row: Uint8Array;
  /** 32 bytes in wire order. */
  readonly hash: Uint8Array;
  readonly height: number;
  /** Of everything from genesis up to it. */
  readonly work: bigint;
}

/**
 * Headers off the chain, by hash, at most `max` of them: some 600 bytes each. Where more come, whole trees of branches
 * go, those first whose best tip has the least work.
 */
export class HeaderBranches {
  readonly #max: number;
  readonly #headers = new Map<string, BranchHeader>();

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#headers.size;
  }

  get(hash: Uint8Array): BranchHeader | undefined {
    return this.#headers.size === 0 ? undefined : this.#headers.get(keyOf(hash));
  }

  /** Copies what it keeps. @returns false where it found no room: its own tree fills all there is, and is all there is */
  add({ row, hash, height, work }: BranchHeader): boolean {
    const key = keyOf(hash);
    this.#headers.set(key, { row: copyBytes(row), hash: copyBytes(hash), height, work });
    if (this.#headers.size <= this.#max || this.#makeRoom(key)) return true;
    this.#headers.delete(key);
    return false;
  }

  delete(hash: Uint8Array): void {
    this.#headers.delete(keyOf(hash));
  }

  /** The headers from the first that builds on the chain up to this one. */
  pathTo(tip: BranchHeader): BranchHeader[] {
    const path: BranchHeader[] = [];
    for (let at: BranchHeader | undefined = tip; at !== undefined; at = this.get(previousOf(at.row)))
      path.push(at);
    return path.reverse();
  }

  /** Down to half, so that it is rarely done; the tree of `keep` stays. */
  #makeRoom(keep: string): boolean {
    const trees = this.#trees().sort((a, b) => (a.work < b.work ? -1 : a.work > b.work ? 1 : 0));
    for (const { keys } of trees) {
      if (2 * this.#headers.size <= this.#max) break;
      if (keys.includes(keep)) continue;
      for (const key of keys) this.#headers.delete(key);
    }
    return this.#headers.size <= this.#max;
  }

  /** Which belong together: those with the same first header above the chain. `work`: of the best. */
  #trees(): { keys: string[]; work: bigint }[] {
    const roots = new Map<string, string>();
    const trees = new Map<string, { keys: string[]; work: bigint }>();
    for (const [key, { work }] of this.#headers) {
      const root = this.#rootOf(key, roots);
      const tree = trees.get(root);
      if (tree === undefined) trees.set(root, { keys: [key], work });
      else {
        tree.keys.push(key);
        if (work > tree.work) tree.work = work;
      }
    }
    return [...trees.values()];
  }

  /** @param roots those known so far; what lies on the way is added */
  #rootOf(key: string, roots: Map<string, string>): string {
    const way: string[] = [];
    let at = key;
    let root: string | undefined;
    while ((root = roots.get(at)) === undefined) {
      way.push(at);
      const below = keyOf(previousOf(this.#headers.get(at)!.row));
      if (!this.#headers.has(below)) {
        root = at;
        break;
      }
      at = below;
    }
    for (const one of way) roots.set(one, root);
    return root;
  }
}
