import { HeaderChain } from '../../../shared/chain/index.js';
import { hashToString, type BlockHeader } from '../../../shared/messages/index.js';
import type { Hashes } from '../../../shared/hashes.js';
import type { Network } from '../../../shared/networks.js';
import { syncHeaders, type HeaderProgress, type HeaderSync, type Peer } from '../../../shared/peer/index.js';
import { NO_ANSWER_MS } from '../limits.js';
import { failedSync } from './missing.js';
import type { ChainFacts, ChainSyncState } from './protocol.js';

/** The chain of headers of one session: synced with a live node, or made of the headers that crossed. */
export class SessionChain {
  readonly headers: HeaderChain;
  readonly #tell: (facts: ChainFacts) => void;
  #sync: HeaderSync | undefined;
  #state: ChainSyncState = { state: 'session' };
  #revision = 0;
  #news: ChainFacts['news'];

  constructor(network: Network, hashes: Hashes, tell: (facts: ChainFacts) => void) {
    this.headers = new HeaderChain(network, { hashes });
    this.#tell = tell;
  }

  get facts(): ChainFacts {
    const { tip, memory } = this.headers;
    return {
      revision: this.#revision,
      height: tip.height,
      tip: hashToString(tip.hash),
      tipTime: this.headers.headerAt(tip.height)!.time,
      memory,
      sync: this.#state,
      ...(this.#news && { news: this.#news }),
    };
  }

  get syncing(): boolean {
    return this.#state.state === 'syncing';
  }

  /** Whether it hears of new headers by itself. */
  get follows(): boolean {
    return this.#sync !== undefined;
  }

  /** @param peer ready */
  start(peer: Peer): void {
    if (this.#sync) return;
    const sync = syncHeaders(peer, this.headers, {
      timeoutMs: NO_ANSWER_MS,
      onProgress: (progress) => this.#progressed(progress),
    });
    this.#sync = sync;
    const of = peer.theirVersion?.startHeight ?? 0;
    this.#moveTo({ state: 'syncing', of: Math.max(of, this.headers.height) });
    void sync.synced.then(
      () => this.#sync === sync && this.#moveTo({ state: 'synced' }),
      () => {},
    );
    void sync.ended.then((error) => {
      if (this.#sync !== sync) return;
      this.#sync = undefined;
      if (error.code === 'aborted') this.#moveTo({ state: 'stopped' });
      // The session says by itself why it ended.
      else if (peer.state !== 'ready') this.#moveTo({ state: 'session' });
      else this.#moveTo(failedSync(error));
    });
  }

  stop(): void {
    this.#sync?.stop();
  }

  /** Headers that crossed while nobody synced. */
  take(headers: readonly BlockHeader[]): void {
    if (this.follows) return;
    const before = this.headers.tip.work;
    this.headers.add(headers);
    if (this.headers.tip.work !== before) this.#changed();
  }

  #progressed({ phase, change, expectedHeight }: HeaderProgress): void {
    if (change.type === 'unchanged') return;
    const { height, hash } = this.headers.tip;
    if (phase === 'following')
      this.#news = {
        height,
        hash: hashToString(hash),
        removed: change.type === 'reorganised' ? change.removed : 0,
      };
    if (this.#state.state === 'syncing') this.#state = { state: 'syncing', of: expectedHeight };
    this.#changed();
  }

  #moveTo(state: ChainSyncState): void {
    this.#state = state;
    this.#tell(this.facts);
  }

  #changed(): void {
    this.#revision++;
    this.#tell(this.facts);
  }
}
