/** One direction of a recorded stream against what the keys give. */
import { ELLSWIFT_BYTES } from '../bip324/ellswift.js';
import { findTerminator, MAX_GARBAGE_SEARCH_BYTES } from '../bip324/handshake.js';
import { ByteQueue, equalBytes } from '../bytes.js';
import {
  LENGTH_BYTES,
  PACKET_EXPANSION,
  type Engine,
  type OpenedPacket,
  type Opener,
  type Sealer,
} from '../engine/engine.js';
import { nearestTerminator } from './nearest-terminator.js';
import type { RecordedPacket } from './types.js';

export interface Difference {
  readonly what: 'key' | 'garbage terminator' | 'packet' | 'plaintext';
  /** The first byte of this direction's stream that differs; of a packet that does not open, where it starts. */
  readonly offset: number;
  readonly message: string;
}

export interface DirectionKeys {
  readonly L: Uint8Array;
  readonly P: Uint8Array;
  readonly terminator: Uint8Array;
}

const NOTHING = new Uint8Array(0);

export class DirectionCheck {
  readonly #engine: Engine;
  readonly #keys: DirectionKeys | undefined;
  readonly #told: (index: number) => RecordedPacket | undefined;
  /** What is not compared yet. */
  readonly #rest = new ByteQueue();
  #compared = 0;
  #packets = 0;
  #aad: Uint8Array = NOTHING;
  #ciphers: { opener: Opener; sealer: Sealer } | undefined;

  /** @param keys undefined where the other's key did not come whole: then there is a key alone */
  constructor(
    engine: Engine,
    keys: DirectionKeys | undefined,
    told: (index: number) => RecordedPacket | undefined,
  ) {
    this.#engine = engine;
    this.#keys = keys;
    this.#told = told;
  }

  get bytes(): number {
    return this.#compared + this.#rest.length;
  }

  get unread(): number {
    return this.#rest.length;
  }

  get packets(): number {
    return this.#packets;
  }

  push(bytes: Uint8Array): Difference | undefined {
    this.#rest.append(bytes);
    if (this.#ciphers !== undefined) return this.#open(this.#ciphers, bytes);
    if (this.#compared === 0) {
      if (this.#rest.length < ELLSWIFT_BYTES) return undefined;
      this.#take(ELLSWIFT_BYTES);
    }
    return this.#findTerminator();
  }

  /** The stream ends here. */
  end(): Difference | undefined {
    if (this.#ciphers !== undefined || this.#compared === 0 || this.#keys === undefined) return undefined;
    const near = nearestTerminator(this.#rest.peek(), this.#keys.terminator);
    return near && this.#terminatorDiffers(near.differs);
  }

  #findTerminator(): Difference | undefined {
    const keys = this.#keys;
    if (keys === undefined) return undefined;
    const garbage = findTerminator(this.#rest.peek(0, MAX_GARBAGE_SEARCH_BYTES), keys.terminator, 0);
    if (garbage === undefined) {
      if (this.#rest.length < MAX_GARBAGE_SEARCH_BYTES) return undefined;
      return this.#terminatorDiffers(
        nearestTerminator(this.#rest.peek(0, MAX_GARBAGE_SEARCH_BYTES), keys.terminator)?.differs ?? 0,
      );
    }
    this.#aad = this.#take(garbage);
    this.#take(keys.terminator.length);
    this.#ciphers = {
      opener: this.#engine.opener(keys.L, keys.P, { aad: this.#aad }),
      sealer: this.#engine.sealer(keys.L, keys.P),
    };
    return this.#open(this.#ciphers, this.#rest.peek().slice());
  }

  #open({ opener, sealer }: { opener: Opener; sealer: Sealer }, bytes: Uint8Array): Difference | undefined {
    const { packets, failure } = opener.push(bytes);
    for (const packet of packets) {
      const wire = this.#rest.peek(0, packet.contents.length + PACKET_EXPANSION);
      const difference = this.#compare(wire, seal(sealer, packet, this.#aadOf(packet.index)), packet);
      if (difference !== undefined) return difference;
      this.#take(wire.length);
      this.#packets++;
    }
    return failure && this.#doesNotOpen(sealer, failure.index);
  }

  #compare(
    wire: Uint8Array,
    again: Uint8Array,
    { index, header, contents }: OpenedPacket,
  ): Difference | undefined {
    const at = firstDifference(wire, again);
    if (at !== undefined) return this.#packetDiffers(index, at);
    const told = this.#told(index);
    if (told === undefined || (told.header === header && equalBytes(told.contents, contents)))
      return undefined;
    return {
      what: 'plaintext',
      offset: this.#compared + LENGTH_BYTES,
      message: `packet ${index} decrypts to something else than its line of plaintext tells`,
    };
  }

  /** Where its plaintext is told, the byte is known; else the packet alone. */
  #doesNotOpen(sealer: Sealer, index: number): Difference {
    const told = this.#told(index);
    if (told !== undefined) {
      const at = firstDifference(this.#rest.peek(), seal(sealer, told, this.#aadOf(index)));
      if (at !== undefined) return this.#packetDiffers(index, at);
    }
    return {
      what: 'packet',
      offset: this.#compared,
      message: `packet ${index} does not open: a byte of it${index === 0 ? ', or of the garbage,' : ''} was changed`,
    };
  }

  #packetDiffers(index: number, at: number): Difference {
    const message = `packet ${index}, sealed again, differs from what was recorded`;
    return { what: 'packet', offset: this.#compared + at, message };
  }

  #terminatorDiffers(at: number): Difference {
    const message = 'the garbage terminator that the keys give is not in the stream';
    return { what: 'garbage terminator', offset: this.#compared + at, message };
  }

  #aadOf(index: number): Uint8Array {
    return index === 0 ? this.#aad : NOTHING;
  }

  #take(length: number): Uint8Array {
    this.#compared += length;
    return this.#rest.take(length);
  }
}

function seal(sealer: Sealer, packet: { header: number; contents: Uint8Array }, aad: Uint8Array): Uint8Array {
  const out = new Uint8Array(packet.contents.length + PACKET_EXPANSION);
  sealer.write([packet.contents], { header: packet.header, aad }, out);
  return out;
}

function firstDifference(wire: Uint8Array, again: Uint8Array): number | undefined {
  const at = again.findIndex((byte, i) => i < wire.length && byte !== wire[i]);
  return at === -1 ? undefined : at;
}
