import { copyBytes } from '../../../shared/bytes.js';
import type { TxOutput } from '../../../shared/messages/index.js';

/** Some 40 MB, if somebody makes all of them as long as can be. */
const MAX_FOUND = 4096;
/** A longer script cannot be spent. */
const MAX_SCRIPT = 10_000;

/** What a search through blocks found. It stays when its block goes from memory. */
export class Found {
  readonly #outputs = new Map<string, TxOutput>();
  readonly #blocks = new Map<string, string>();

  output(txid: string, vout: number): TxOutput | undefined {
    return this.#outputs.get(`${txid}:${vout}`);
  }

  putOutput(txid: string, vout: number, { value, scriptPubKey }: TxOutput): void {
    if (scriptPubKey.length > MAX_SCRIPT) return;
    // A view would keep all of its block.
    put(this.#outputs, `${txid}:${vout}`, { value, scriptPubKey: copyBytes(scriptPubKey) });
  }

  /** The block that holds a transaction. */
  blockOf(txid: string): string | undefined {
    return this.#blocks.get(txid);
  }

  putBlock(txid: string, hash: string): void {
    put(this.#blocks, txid, hash);
  }
}

function put<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value);
  const [oldest] = map.size > MAX_FOUND ? map.keys() : [];
  if (oldest !== undefined) map.delete(oldest);
}
