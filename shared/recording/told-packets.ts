/** The packets that a file tells in the clear, against those that its bytes give. */
import type { PacketFacts } from '../bip324/trace.js';
import { equalBytes } from '../bytes.js';
import type { Direction, RecordedPacket } from './types.js';

interface Derived extends Pick<PacketFacts, 'role' | 'header'> {
  readonly contents: Uint8Array;
}

/** Each is told once, in its direction's order, after the bytes that complete it. */
export class ToldPackets {
  readonly #derived = { sent: new Map<number, Derived>(), received: new Map<number, Derived>() };
  readonly #next = { sent: 0, received: 0 };

  derived(direction: Direction, index: number, packet: Derived): void {
    this.#derived[direction].set(index, packet);
  }

  /** @returns what is wrong with this line */
  told({ direction, index, role, header, contents }: RecordedPacket): string | undefined {
    const next = this.#next[direction]++;
    const line = `the line of packet ${index} that was ${direction}`;
    const packet = this.#derived[direction].get(index);
    if (index !== next) return `${line} stands where packet ${next} was to come`;
    if (packet === undefined) return `${line} stands before its bytes`;
    this.#derived[direction].delete(index);
    const same = packet.role === role && packet.header === header && equalBytes(packet.contents, contents);
    return same ? undefined : `${line} tells something else than its bytes decrypt to`;
  }

  /** At the end. @returns what has no line */
  get missing(): string | undefined {
    for (const direction of ['sent', 'received'] as const) {
      const [index] = this.#derived[direction].keys();
      if (index !== undefined) return `packet ${index} that was ${direction} has no line in the clear`;
    }
    return undefined;
  }
}
