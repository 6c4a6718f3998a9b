import type { TraceEntry } from '../bip324/trace.js';
import { copyBytes } from '../bytes.js';
import type { NetworkName } from '../networks.js';
import { secretsOfTrace } from './secrets-of-trace.js';
import { RecordedSecrets, type Secrets } from './secrets.js';
import {
  FORMAT_VERSION,
  type Direction,
  type PeerFacts,
  type RecordedItem,
  type Recording,
  type RecordingHeader,
  type SessionEvent,
} from './types.js';

export interface RecorderOptions {
  readonly protocol: 'v1' | 'v2';
  readonly network: NetworkName;
  /** Ours. */
  readonly role: 'initiator' | 'responder';
  /** 'YYYY-MM-DDTHH:MM:SS.mmmZ': when the caller's `at` is 0. */
  readonly startedAt: string;
  /** Who records. */
  readonly software: { readonly name: string; readonly version: string };
  /** What the transport was told, in bytes; its own default by default. */
  readonly maxContents?: number;
  /** Memory that the recording may take; beyond it the recording stops, and says so. 64 MiB by default. */
  readonly maxBytes?: number;
}

const DEFAULT_MAX_BYTES = 64 << 20;

/** A read of any size becomes lines of this many bytes at most. */
const PIECE_BYTES = 1 << 20;

/** What an item takes beside its bytes, roughly. */
export const ITEM_BYTES = 160;

/**
 * Keeps a live session as it goes. Attach it to the transport's observer,
 *
 *     observer: { secrets: 'include', entry: (entry) => recorder.observe(entry, now()) }
 *
 * tell it of states as they change, and call `end` last, after the transport's own `end`. Every `at` is in
 * milliseconds since `startedAt`; one that runs backwards counts as the one before it.
 */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #maxBytes: number;
  readonly #items: RecordedItem[] = [];
  #secrets: Secrets = {};
  #peer: PeerFacts | undefined;
  #at = 0;
  #bytes = 0;
  #over = false;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
  }

  /** Memory that it takes, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** It takes nothing more: the session ended, or the memory that it may take is full. */
  get over(): boolean {
    return this.#over;
  }

  /** Whether it stopped before the session did. */
  get stopped(): boolean {
    const last = this.#items.at(-1);
    return last?.kind === 'event' && last.event.type === 'stopped';
  }

  /** Takes an entry of the trace, v2's or v1's: its bytes, and its secrets where the observer asked for them. */
  observe(
    entry: Pick<TraceEntry<unknown>, 'direction' | 'bytes' | 'step' | 'derivations'>,
    at: number,
  ): void {
    if (this.#over) return;
    const ephemeralKey = secretsOfTrace(entry);
    if (ephemeralKey !== undefined) this.secrets({ ephemeralKey });
    this.#chunk(entry.direction, entry.bytes, at);
  }

  /** For whoever has no trace: bytes as they cross, in pieces of any size. Copied. */
  chunk(direction: Direction, bytes: Uint8Array, at: number): void {
    for (let from = 0; from < bytes.length; from += PIECE_BYTES)
      this.#chunk(direction, copyBytes(bytes.subarray(from, from + PIECE_BYTES)), at);
  }

  /** The secrets, once they are known. Copied; those given before stay. */
  secrets(secrets: Secrets): void {
    this.#secrets = new RecordedSecrets({ ...this.#secrets, ...secrets }).reveal();
  }

  /** What the peer said of itself; facts given before stay. */
  peer(facts: PeerFacts): void {
    this.#peer = { ...this.#peer, ...facts };
  }

  state(state: string, at: number): void {
    this.#add({ kind: 'event', at: this.#time(at), event: { type: 'state', state } }, 0);
  }

  /** The session is over, and so is the recording. */
  end(end: Omit<SessionEvent & { type: 'end' }, 'type'>, at: number): void {
    if (this.#over) return;
    this.#over = true;
    this.#items.push({ kind: 'event', at: this.#time(at), event: { type: 'end', ...end } });
  }

  /** As it stands: what comes later is not in it. */
  get recording(): Recording {
    const { protocol, network, role, startedAt, software, maxContents } = this.#options;
    const secrets = new RecordedSecrets(this.#secrets);
    const header: RecordingHeader = {
      version: FORMAT_VERSION,
      level: protocol === 'v1' ? 'plaintext' : secrets.holds === 'nothing' ? 'ciphertext' : secrets.holds,
      protocol,
      network,
      role,
      startedAt,
      software,
      maxContents: maxContents ?? defaultMaxContents(protocol),
      ...(this.#peer && { peer: this.#peer }),
    };
    return { header, secrets, items: [...this.#items] };
  }

  #chunk(direction: Direction, bytes: Uint8Array, at: number): void {
    if (bytes.length === 0) return;
    this.#add({ kind: 'chunk', at: this.#time(at), direction, bytes }, bytes.length);
  }

  #add(item: RecordedItem, bytes: number): void {
    if (this.#over) return;
    if (this.#bytes + bytes + ITEM_BYTES > this.#maxBytes) {
      this.#over = true;
      this.#items.push({ kind: 'event', at: item.at, event: { type: 'stopped', reason: 'limit' } });
      return;
    }
    this.#bytes += bytes + ITEM_BYTES;
    this.#items.push(item);
  }

  /** To the microsecond, as the file has it. */
  #time(at: number): number {
    const rounded = Math.round(at * 1000) / 1000;
    if (rounded > this.#at) this.#at = rounded;
    return this.#at;
  }
}

/** The limits of Bitcoin Core, which both transports have by default. */
export function defaultMaxContents(protocol: 'v1' | 'v2'): number {
  return protocol === 'v1' ? 4_000_000 : 4_000_013;
}
