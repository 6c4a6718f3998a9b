import { type HeaderChain, type HeaderChange } from '../chain/index.js';
import {
  blockHash,
  inventoryTypes,
  MAX_HEADERS,
  type BlockHeader,
  type KnownMessage,
} from '../messages/index.js';
import { peerErrors, PeerFailure, type PeerError } from './errors.js';
import { type Peer } from './peer.js';

export interface HeaderSyncOptions {
  /** How long the peer may take for each answer: its `requestMs` by default. */
  timeoutMs?: number;
  /** Ends it. The session goes on. */
  signal?: AbortSignal;
  /** Called for each message with headers that were taken, in order; it must not throw. */
  onProgress?: (progress: HeaderProgress) => void;
}

export interface HeaderProgress {
  /** Up to the peer's tip, and from there on. */
  readonly phase: 'syncing' | 'following';
  /** What the message did to the chain. */
  readonly change: HeaderChange;
  /** Of the chain now. */
  readonly height: number;
  /** How high it will be at least, if the peer's version message said the truth. */
  readonly expectedHeight: number;
}

export interface HeaderSync {
  /** The chain has reached the peer's tip for the first time. Rejects with a PeerFailure when it ends before. */
  readonly synced: Promise<void>;
  /**
   * Why it ended; never rejects. 'aborted' by us; 'session-ended', or what the session failed with;
   * 'request-timed-out'; and of a peer that misbehaves 'invalid-headers', 'unconnected-headers',
   * 'headers-without-progress'. All but the first two leave the session as it is: closing it is the caller's.
   */
  readonly ended: Promise<PeerError>;
  /** Ends it. */
  stop(): void;
}

/** In a row, and without one new header: announcements that the peer does not follow up, headers that do not connect. */
const MAX_FRUITLESS = 10;

/**
 * Brings a chain up to the peer's tip and keeps it there: asks for headers from where the chain is until an answer has
 * less than 2000, then tells the peer to announce blocks by their headers (BIP130), and takes up what it announces, in
 * whichever way: `headers`, `inv`, `cmpctblock`. One question at a time. Several peers may feed one chain.
 */
export function syncHeaders(peer: Peer, chain: HeaderChain, options: HeaderSyncOptions = {}): HeaderSync {
  return new Sync(peer, chain, options);
}

class Sync implements HeaderSync {
  readonly synced: Promise<void>;
  readonly ended: Promise<PeerError>;
  readonly #peer: Peer;
  readonly #chain: HeaderChain;
  readonly #options: HeaderSyncOptions;
  /** Takes back what is being asked when it ends. */
  readonly #question = new AbortController();
  readonly #stopListening: () => void;
  readonly #settle: { synced(): void; failed(failure: PeerFailure): void; ended(error: PeerError): void };
  #phase: HeaderProgress['phase'] = 'syncing';
  #over = false;
  /** There is something to ask for; `#wake` tells who waits for that. */
  #wanted = false;
  #wake = () => {};
  #fruitless = 0;
  /** A block was announced by its hash alone. */
  #promised = false;
  /** Headers that went to branches since the chain last had more work. */
  #onBranches = 0;
  #work: bigint;
  /** What the latest headers build on that did not connect. */
  #gap: Uint8Array | undefined;

  constructor(peer: Peer, chain: HeaderChain, options: HeaderSyncOptions) {
    this.#peer = peer;
    this.#chain = chain;
    this.#options = options;
    this.#work = chain.tip.work;
    let synced!: () => void, failed!: (failure: PeerFailure) => void, ended!: (error: PeerError) => void;
    this.synced = new Promise((resolve, reject) => ([synced, failed] = [resolve, reject]));
    this.ended = new Promise((resolve) => (ended = resolve));
    this.#settle = { synced, failed, ended };
    // Whoever only watches `ended` need not handle it.
    this.synced.catch(() => {});
    const { signal } = options;
    const onAbort = () => this.stop();
    const stopHearing = peer.onUnasked((message) => this.#hear(message));
    this.#stopListening = () => {
      stopHearing();
      signal?.removeEventListener('abort', onAbort);
    };
    if (signal?.aborted === true) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
    void peer.ended.then((end) => this.#end(end.state === 'failed' ? end.error : peerErrors.sessionEnded()));
    void this.#run().catch((cause: unknown) =>
      this.#end(cause instanceof PeerFailure ? cause.error : peerErrors.internal(cause)),
    );
  }

  stop(): void {
    this.#end(peerErrors.aborted());
  }

  async #run(): Promise<void> {
    await this.#peer.ready;
    await this.#catchUp();
    if (this.#over) return;
    this.#peer.send('sendheaders', {});
    this.#phase = 'following';
    this.#settle.synced();
    while (!this.#over) {
      if (!this.#wanted) await new Promise<void>((resolve) => (this.#wake = resolve));
      const { work } = this.#chain.tip;
      const promised = this.#promised;
      this.#promised = false;
      await this.#catchUp();
      if (promised && this.#chain.tip.work === work) this.#countFruitless();
    }
  }

  /** Asks until the peer has no more. */
  async #catchUp(): Promise<void> {
    const { timeoutMs } = this.#options;
    let last: { hash: Uint8Array; height: number } | undefined;
    while (!this.#over) {
      this.#wanted = false;
      this.#gap = undefined;
      // On a branch the answer goes on where the one before ended.
      const locator = [...(last === undefined ? [] : [last.hash]), ...this.#chain.locator()];
      const { headers } = await this.#peer.ask
        .headers(
          { locator },
          { signal: this.#question.signal, ...(timeoutMs !== undefined && { timeoutMs }) },
        )
        .catch((cause: unknown) => {
          // It did answer, with something else than what was asked for.
          const timedOut = cause instanceof PeerFailure && cause.code === 'request-timed-out';
          throw timedOut && this.#gap !== undefined
            ? new PeerFailure(peerErrors.unconnectedHeaders(this.#gap))
            : cause;
        });
      if (this.#over) return;
      const isNew = this.#take(headers);
      const tip = headers.at(-1);
      if (tip === undefined || headers.length < MAX_HEADERS) return;
      const hash = blockHash(tip);
      const height = this.#chain.knownHeightOf(hash) ?? -1;
      // As far as it has told only what was known, it must at least get on.
      if (!isNew && height <= (last?.height ?? -1)) return this.#end(peerErrors.headersWithoutProgress());
      last = { hash, height };
    }
  }

  /** What the peer says by itself. */
  #hear({ type, value }: KnownMessage): void {
    if (this.#over) return;
    if (type === 'headers') {
      if (value.headers.length === 0) return;
      this.#take(value.headers);
      if (value.headers.length === MAX_HEADERS) this.#want();
    } else if (type === 'cmpctblock') {
      this.#take([value.header]);
    } else if (type === 'inv') {
      const isNew = value.inventory.some(
        (entry) => entry.type === inventoryTypes.block && this.#chain.knownHeightOf(entry.hash) === undefined,
      );
      if (!isNew) return;
      this.#promised = true;
      this.#want();
    }
  }

  /** @returns whether any was new */
  #take(headers: readonly BlockHeader[]): boolean {
    const result = this.#chain.add(headers);
    switch (result.type) {
      case 'invalid':
        this.#report(result.before);
        this.#end(peerErrors.invalidHeaders(result.error));
        return false;
      case 'unconnected':
        this.#gap = result.previous;
        this.#countFruitless();
        this.#want();
        return false;
      default:
        this.#report(result);
        return this.#count(result);
    }
  }

  #count(change: HeaderChange): boolean {
    if (change.type === 'unchanged') this.#onBranches += change.added;
    // Another peer may have fed the chain meanwhile.
    const { work } = this.#chain.tip;
    if (work > this.#work) this.#onBranches = 0;
    this.#work = work;
    // Cheap branches can be made without end, and the chain forgets them.
    if (this.#onBranches > this.#chain.maxBranchHeaders) this.#end(peerErrors.headersWithoutProgress());
    const isNew = change.type !== 'unchanged' || change.added > 0;
    if (isNew) this.#fruitless = 0;
    return isNew;
  }

  #countFruitless(): void {
    if (++this.#fruitless < MAX_FRUITLESS) return;
    this.#end(
      this.#gap === undefined
        ? peerErrors.headersWithoutProgress()
        : peerErrors.unconnectedHeaders(this.#gap),
    );
  }

  #report(change: HeaderChange): void {
    if (change.type === 'unchanged' && change.added === 0) return;
    const { height } = this.#chain;
    const expectedHeight = Math.max(height, this.#peer.theirVersion?.startHeight ?? 0);
    try {
      this.#options.onProgress?.({ phase: this.#phase, change, height, expectedHeight });
    } catch (error) {
      // The observer's fault: it surfaces as an unhandled rejection.
      void Promise.reject(error);
    }
  }

  #want(): void {
    this.#wanted = true;
    this.#wake();
  }

  #end(error: PeerError): void {
    if (this.#over) return;
    this.#over = true;
    this.#stopListening();
    this.#question.abort();
    this.#wake();
    this.#settle.failed(new PeerFailure(error));
    this.#settle.ended(error);
  }
}
