import { equalBytes } from '../../../shared/bytes.js';
import { MAX_HEADERS, type BlockHeader, type GetHeaders } from '../../../shared/messages/index.js';

/** BIP130: a node announces no more at once by their headers. */
const MAX_ANNOUNCED = 8;
const HEADER_BYTES = 81;
/** No announcement is longer, and none need be decoded to know that. */
export const MAX_ANNOUNCED_BYTES = 1 + MAX_ANNOUNCED * HEADER_BYTES;

/** Tells headers that a node announces from those that were asked for. */
export class NewsHeaders {
  #asked: GetHeaders | undefined;

  /** A `getheaders` was sent. */
  ask(question: GetHeaders): void {
    this.#asked = question;
  }

  /** More headers came than are ever announced: an answer, and the last one where it is not full. */
  pass(count: number): void {
    if (count < MAX_HEADERS) this.#asked = undefined;
  }

  /** @param headers of one message, at most as many as are announced */
  areNews(headers: readonly BlockHeader[]): boolean {
    const asked = this.#asked;
    const [first] = headers;
    if (first !== undefined && headers.length <= MAX_ANNOUNCED) {
      // What was asked for follows a block of the locator. An announcement that is overtaken looks the same: its
      // blocks stand in the chain all the same.
      if (asked === undefined) return true;
      const follows =
        asked.locator.length === 0 || asked.locator.some((hash) => equalBytes(hash, first.previous));
      if (!follows) return true;
    }
    this.#asked = undefined;
    return false;
  }
}
