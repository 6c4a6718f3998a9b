import type { V2Error } from '../bip324/errors.js';
import type { States } from '../bip324/states.js';
import type { TraceEntry } from '../bip324/trace.js';
import type { Engine } from '../engine/engine.js';
import { nobleEngine } from '../engine/noble/index.js';
import type { V1States } from '../v1/states.js';
import { at, faults, type RecordingError } from './errors.js';
import { fittingKeys } from './keys.js';
import { placeOfByte, placeOfItem } from './places.js';
import { V1Replay } from './replay-v1.js';
import { V2Replay, type EndedWith } from './replay-v2.js';
import { ToldPackets } from './told-packets.js';
import { encrypted, type Direction, type RecordedItem, type Recording, type SessionEvent } from './types.js';

/** What happens next: an entry of the trace, the very one of the live session, or an event. */
export type ReplayStep =
  | { readonly at: number; readonly kind: 'v2'; readonly entry: TraceEntry }
  | { readonly at: number; readonly kind: 'v1'; readonly entry: TraceEntry<V1States> }
  | {
      readonly at: number;
      readonly kind: 'event';
      readonly event: SessionEvent;
      /** The bytes do not bear it out: see `problem`. */
      readonly contradicted?: true;
    };

export interface ReplayOptions {
  /** 'include' (default): the entries reveal the secrets that the recording holds. */
  readonly secrets?: 'omit' | 'include';
  readonly engine?: Engine;
}

/**
 * Plays a recording, item by item: `next()` as fast as the caller likes, `advance(ms)` with its timing.
 *
 *     const replayer = new Replayer(recording);
 *     for (let step; (step = replayer.next()) !== undefined;) show(step);
 *
 * With the ephemeral key it is the whole trace; with session keys alone packets are open, and no derivation leads to
 * the keys; without keys it is what an observer sees: two keys, then bytes of which nothing can be said (step 'cut',
 * fields 'unread').
 */
export class Replayer {
  readonly recording: Recording;
  /** What it reads with; 'nothing' also where the recording's keys do not fit (see `problem`). */
  readonly readsWith: 'ephemeral-key' | 'session-keys' | 'nothing' | 'v1';
  /** Of the last item, in milliseconds since the start. */
  readonly durationMs: number;
  readonly #machine: V2Replay | V1Replay;
  #item = 0;
  #ended = false;
  #problem: RecordingError | undefined;
  /** What the file tells otherwise than its bytes, which are read nevertheless. */
  #claim: RecordingError | undefined;
  #told: ToldPackets | undefined;
  #ready: ReplayStep[] = [];
  #taken = 0;
  #at = 0;

  constructor(recording: Recording, { secrets = 'include', engine = nobleEngine }: ReplayOptions = {}) {
    this.recording = recording;
    this.durationMs = recording.items.at(-1)?.at ?? 0;
    const { header } = recording;
    if (header.protocol === 'v1') {
      this.readsWith = 'v1';
      this.#machine = new V1Replay(header, {
        entry: (entry) => this.#push({ at: this.#at, kind: 'v1', entry }),
      });
      return;
    }
    const keys = fittingKeys(recording, engine);
    this.readsWith = keys.keys.from;
    this.#problem = keys.problem;
    this.#claim = keys.claim;
    if (header.level === 'plaintext' && this.readsWith !== 'nothing') this.#told = new ToldPackets();
    this.#machine = new V2Replay(
      header,
      keys,
      engine,
      { secrets, entry: (entry: TraceEntry<States>) => this.#entry(entry) },
      endedWith(recording),
    );
  }

  /**
   * Why the recording's keys do not read its bytes, or from where on they do not: what its events say of the session
   * after that, its bytes do not bear out. Or what the file tells otherwise than its bytes: these are shown.
   */
  get problem(): RecordingError | undefined {
    return this.#problem ?? this.#claim;
  }

  /** The error that ended the receiving side, as far as it shows in the bytes. */
  get failure(): V2Error | undefined {
    return this.#machine.failure;
  }

  /** 32 bytes, as soon as the live session knew it. */
  get sessionId(): Uint8Array | undefined {
    return this.#machine.sessionId;
  }

  /** Items of the recording that were played, of `recording.items.length`. */
  get position(): number {
    return this.#item;
  }

  get done(): boolean {
    return this.#peek() === undefined;
  }

  /** When the next step is due; undefined at the end. */
  get nextAt(): number | undefined {
    return this.#peek()?.at;
  }

  /** @returns undefined at the end */
  next(): ReplayStep | undefined {
    const step = this.#peek();
    if (step === undefined) return undefined;
    this.#taken++;
    return step;
  }

  /**
   * All that happens until `toMs`, that moment included.
   * @param limit at most so many steps: the caller goes on in its next slice while it gets that many
   */
  advance(toMs: number, limit = Infinity): ReplayStep[] {
    const steps: ReplayStep[] = [];
    while (steps.length < limit) {
      const step = this.#peek(toMs);
      if (step === undefined || step.at > toMs) break;
      steps.push(step);
      this.#taken++;
    }
    return steps;
  }

  /** Plays items until there is a step, but none that is later than `until`. */
  #peek(until = Infinity): ReplayStep | undefined {
    const { items } = this.recording;
    while (this.#taken === this.#ready.length) {
      this.#ready = [];
      this.#taken = 0;
      const item = items[this.#item];
      if (item === undefined) {
        if (this.#ended) return undefined;
        this.#ended = true;
        this.#machine.stop();
        this.#locate(this.#item - 1);
        continue;
      }
      if (item.at > until) return undefined;
      this.#item++;
      this.#play(item, this.#item - 1);
      this.#locate(this.#item - 1);
    }
    return this.#ready[this.#taken];
  }

  /** @param item at which it shows: where it starts, only the stream says */
  #locate(item: number): void {
    const { changed } = this.#machine;
    if (changed === undefined || this.#problem !== undefined) return;
    const place = placeOfByte(this.recording, changed.at);
    const { line } = placeOfItem(this.recording, item);
    const until = line > place.line ? line : undefined;
    const keys = changed.orKeys && this.recording.places?.secrets.sessionKeys?.line;
    this.#problem = at(place, faults.bytesChanged(changed.what, until, keys));
    this.#told = undefined;
  }

  #entry(entry: TraceEntry<States>): void {
    this.#push({ at: this.#at, kind: 'v2', entry });
    const { direction, packet, fields } = entry;
    if (packet === undefined || this.#told === undefined) return;
    const value = fields.find(({ kind }) => kind === 'contents')?.value;
    const contents = value instanceof Uint8Array ? value : new Uint8Array(0);
    this.#told.derived(direction, packet.index, { ...packet, contents });
  }

  #toldOtherwise(what: string | undefined, item: number): void {
    if (what === undefined) return;
    this.#claim ??= at(placeOfItem(this.recording, item), faults.toldOtherwise(what));
    this.#told = undefined;
  }

  #play(item: RecordedItem, index: number): void {
    this.#at = item.at;
    // Its packet is derived from the bytes.
    if (item.kind === 'packet') {
      const what = this.#told?.told(item);
      if (what !== undefined) this.#machine.claimsPacket(item.direction);
      return this.#machine.changed === undefined ? this.#toldOtherwise(what, index) : undefined;
    }
    if (item.kind === 'chunk') return this.#machine.chunk(item.direction, item.bytes);
    if (item.event.type === 'state' && encrypted.has(item.event.state)) this.#machine.claimsEncryption();
    if (item.event.type === 'end') {
      this.#ended = true;
      this.#machine.end(endsWhole(item.event));
    }
    if (item.event.type !== 'state') this.#toldOtherwise(this.#told?.missing, index);
    const contradicted = this.#problem !== undefined || this.#machine.changed !== undefined;
    this.#push({ at: item.at, kind: 'event', event: item.event, ...(contradicted && { contradicted }) });
  }

  #push(step: ReplayStep): void {
    this.#ready.push(step);
  }
}

/** We close between two packets; a peer that does not is an error, and no 'closed'. */
const endsWhole = ({ state, by }: SessionEvent & { type: 'end' }): readonly Direction[] =>
  state === 'failed' ? [] : by === 'peer' ? ['sent', 'received'] : ['sent'];

function endedWith({ items }: Recording): EndedWith {
  const last = items.at(-1);
  if (last?.kind !== 'event' || last.event.type !== 'end' || last.event.state !== 'failed') return undefined;
  return last.event.code ?? 'any';
}
