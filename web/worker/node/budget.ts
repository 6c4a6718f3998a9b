import { NODE_BYTES_AT_ONCE, NODE_BYTES_PER_SECOND } from '../limits.js';

/** How much of what a node says is decoded for this screen: plenty for any honest node, little of a flood. */
export class Budget {
  #left = NODE_BYTES_AT_ONCE;
  #at = 0;

  /** Whether a payload of so many bytes may be looked at now. @param at milliseconds of the session */
  take(bytes: number, at: number): boolean {
    const passed = Math.max(0, at - this.#at) / 1000;
    this.#at = Math.max(this.#at, at);
    this.#left = Math.min(NODE_BYTES_AT_ONCE, this.#left + passed * NODE_BYTES_PER_SECOND);
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }
}
