/** Our own stream of a recorded v2 session, read with our own keys. */
import { ELLSWIFT_BYTES } from '../bip324/ellswift.js';
import { MAX_GARBAGE_BYTES } from '../bip324/handshake.js';
import { GARBAGE_TERMINATOR_BYTES } from '../bip324/keys.js';
import type { States } from '../bip324/states.js';
import { ellswift, garbageField, leftover, terminatorField, type Laid } from '../bip324/trace-layout.js';
import type { Tracer } from '../bip324/tracer.js';
import { ByteQueue } from '../bytes.js';
import type { OurGarbage } from './keys.js';
import { PartialWatch } from './partial-watch.js';
import {
  PACKET_EXPANSION,
  type EllswiftKeyPair,
  type Engine,
  type Opener,
  type PartialPacket,
} from '../engine/engine.js';

export interface SentContext {
  readonly tracer: Tracer;
  readonly engine: Engine;
  readonly ourKey: EllswiftKeyPair | undefined;
  readonly ourGarbage: OurGarbage;
  readonly states: () => States;
  /** Our key goes out: states before and after. */
  readonly begin: () => { before: States; after: States };
  /** What we seal with, once both keys are there; 'none' where the recording holds no keys. */
  readonly keys: () => { L: Uint8Array; P: Uint8Array } | undefined | 'none';
  /** @param differs the first byte after our key that is not of our terminator; undefined where it is nowhere */
  readonly noTerminator: (differs: number | undefined) => void;
  /** @param at where the packet starts in what was sent; of the first, the garbage, which it authenticates */
  readonly failed: (packet: number, at: number) => void;
  readonly neverWhole: (partial: PartialPacket, at: number) => void;
}

type Stage =
  | { readonly at: 'key' | 'garbage' | 'terminator' | 'over' }
  | { readonly at: 'packets'; readonly opener: Opener };

const NOTHING = new Uint8Array(0);

export class SentReplay {
  readonly #context: SentContext;
  /** What no step has claimed yet. */
  readonly #rest = new ByteQueue();
  #stage: Stage = { at: 'key' };
  #garbage: Uint8Array = NOTHING;
  #versionSent = false;
  readonly #watch = new PartialWatch();
  #opaque = 0;
  /** Of what was sent, how many bytes steps have claimed. */
  #claimed = 0;

  constructor(context: SentContext) {
    this.#context = context;
  }

  /** Whether what is sent is packets by now. */
  get encrypts(): boolean {
    return this.#stage.at === 'packets' || this.#stage.at === 'over';
  }

  take(bytes: Uint8Array): void {
    if (this.#stage.at === 'packets') {
      this.#packets(this.#stage.opener, bytes);
      return this.#watch.took(this.#partial);
    }
    if (this.#stage.at === 'over') return;
    this.#rest.append(bytes);
    this.proceed();
  }

  /** Goes on with what waited for the keys, too. */
  proceed(): void {
    const { tracer, ourKey, ourGarbage, states } = this.#context;
    if (this.#stage.at === 'key') {
      if (this.#rest.length < ELLSWIFT_BYTES) return;
      const publicKey = this.#claim(ELLSWIFT_BYTES);
      const { before, after } = this.#context.begin();
      tracer.ourKey(ourKey ?? { publicKey }, before, after);
      this.#stage = { at: 'garbage' };
    }
    const keys = this.#context.keys();
    if (keys === 'none') return this.#withoutKeys();
    if (this.#stage.at === 'garbage') {
      if (ourGarbage.terminator === 'missing') return this.#stop(undefined);
      if (this.#rest.length < ourGarbage.length) return;
      this.#garbage = this.#claim(ourGarbage.length);
      tracer.ourGarbage(this.#garbage, states());
      this.#stage = { at: 'terminator' };
    }
    if (this.#stage.at === 'terminator' && keys !== undefined) {
      if (this.#rest.length < GARBAGE_TERMINATOR_BYTES) return;
      if (ourGarbage.terminator === 'changed') return this.#stop(ourGarbage.differs);
      tracer.ourTerminator(this.#claim(GARBAGE_TERMINATOR_BYTES), states());
      const opener = this.#context.engine.opener(keys.L, keys.P, { aad: this.#garbage });
      this.#stage = { at: 'packets', opener };
      this.#packets(opener, this.#rest.take());
    }
  }

  get #partial(): PartialPacket | undefined {
    return this.#stage.at === 'packets' ? this.#stage.opener.partial : undefined;
  }

  /** The recording ends here: what is left over, as far as it can be named. */
  end(): void {
    const wire = this.#rest.take();
    const { tracer, states } = this.#context;
    const partial = this.#partial;
    if (this.#watch.spansChunks(partial)) this.#neverWhole(partial);
    tracer.sentCut(wire, this.#leftover(), states());
    if (this.#stage.at === 'packets') this.#stage.opener.destroy();
    this.#stage = { at: 'over' };
  }

  /** Where a packet was to end, or the session between two, this one goes on. */
  endsInside(): void {
    const partial = this.#partial;
    if (partial !== undefined && partial.received > 0) this.#neverWhole(partial);
  }

  #neverWhole(partial: PartialPacket): void {
    this.#context.neverWhole(partial, this.#claimed);
  }

  #claim(length: number): Uint8Array {
    this.#claimed += length;
    return this.#rest.take(length);
  }

  /** Without our terminator nothing behind it can be read. */
  #stop(differs: number | undefined): void {
    const { tracer, states } = this.#context;
    this.#context.noTerminator(differs);
    tracer.sentCut(this.#rest.take(), this.#leftover(), states());
    this.#stage = { at: 'over' };
  }

  #packets(opener: Opener, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const { tracer, states } = this.#context;
    this.#rest.append(bytes);
    const { packets, failure } = opener.push(bytes);
    for (const { index, header, ignore, contents } of packets) {
      const role = ignore ? 'decoy' : this.#versionSent ? 'message' : 'version';
      if (role === 'version') this.#versionSent = true;
      const aad = index === 0 ? this.#garbage : NOTHING;
      const wire = this.#claim(contents.length + PACKET_EXPANSION);
      tracer.sentPacket(wire, { index, header, contents: contents.slice(), aad, role }, states());
    }
    if (failure === undefined) return;
    const signs = failure.index === 0 && this.#garbage.length > 0;
    this.#context.failed(failure.index, signs ? ELLSWIFT_BYTES : this.#claimed);
    const layout = leftover({ index: failure.index, length: undefined }, 'application');
    tracer.sentCut(this.#rest.take(), layout, states());
    this.#stage = { at: 'over' };
  }

  #withoutKeys(): void {
    if (this.#rest.length === 0) return;
    const { tracer, states } = this.#context;
    tracer.opaque('sent', this.#rest.take(), `bytes-${this.#opaque++}`, states());
  }

  #leftover(): Laid[] {
    switch (this.#stage.at) {
      case 'key':
        return [ellswift('our')];
      case 'garbage':
        return [garbageField('our', MAX_GARBAGE_BYTES), ...leftover(undefined, 'application')];
      case 'terminator':
        return [terminatorField('our', GARBAGE_TERMINATOR_BYTES), ...leftover(undefined, 'application')];
      case 'packets':
        return leftover(this.#stage.opener.partial, 'application');
      case 'over':
        return leftover(undefined, 'application');
    }
  }
}
