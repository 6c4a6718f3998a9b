/** Transports that wait for more are kept for a while, to see what they hold on to. */
import v8 from 'node:v8';
import vm from 'node:vm';
import { must } from './invariants.js';
import { type Waiting } from './transports.js';

const HELD_AT_ONCE = 512;
/** Cipher states, and buffers that are kept for the next message. */
const BYTES_EACH = 6000;
/** What the engine keeps for the next long packet: one buffer for all its transports. */
const BYTES_OF_ENGINE = 2 ** 22;
/** A growing buffer is at most twice as large as what it has held. */
const BYTES_PER_BYTE = 2;

v8.setFlagsFromString('--expose-gc');
export const collectGarbage = vm.runInNewContext('gc') as () => void;

export class HeldMemory {
  #held: { waiting: Waiting; failed: (cause: unknown) => Error }[] = [];
  #before = arrayBytes();

  /** @param failed makes the error of a stream of that number */
  hold(waiting: Waiting, failed: (cause: unknown) => Error): void {
    this.#held.push({ waiting, failed });
    if (this.#held.length >= HELD_AT_ONCE) this.settle();
  }

  /** Compares the memory with what came and went, then ends the input of all that are held. */
  settle(): void {
    const held = this.#held;
    this.#held = [];
    const moved = held.reduce((sum, { waiting }) => sum + waiting.bytes, 0);
    const allowed = BYTES_PER_BYTE * moved + BYTES_EACH * HELD_AT_ONCE + BYTES_OF_ENGINE;
    const grown = arrayBytes() - this.#before;
    must(grown <= allowed, `${held.length} transports that wait hold ${grown} bytes after ${moved}`);
    for (const { waiting, failed } of held) {
      try {
        waiting.end();
      } catch (cause) {
        throw failed(cause);
      }
    }
    held.length = 0;
    this.#before = arrayBytes();
  }
}

function arrayBytes(): number {
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
}
