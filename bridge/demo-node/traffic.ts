import { ascii } from '../../shared/bytes.js';
import { type Clock } from '../../shared/peer/index.js';
import { hash256, type Chain, INITIAL_HEIGHT } from './chain.js';
import { type Visitor } from './visitor.js';

/** Every so many announcements one is a new block. */
const BLOCK_EVERY = 8;
const DECOY_EVERY = 3;
/** A node that runs for weeks stops finding blocks here. */
const MAX_HEIGHT = INITIAL_HEIGHT + 10_000;

export interface TrafficOptions {
  chain: Chain;
  clock: Clock;
  visitors: ReadonlySet<Visitor>;
  everyMs: number;
}

/** Something new every few seconds while someone is there: mostly transactions, now and then a block or a decoy. */
export class Traffic {
  readonly #options: TrafficOptions;
  #timer: { readonly handle: unknown } | undefined;
  #count = 0;

  constructor(options: TrafficOptions) {
    this.#options = options;
  }

  /** Somebody came, or left. */
  update(): void {
    const { clock, visitors, everyMs } = this.#options;
    if (visitors.size === 0) return this.stop();
    this.#timer ??= { handle: clock.setTimeout(() => this.#tick(), everyMs) };
  }

  stop(): void {
    if (this.#timer === undefined) return;
    this.#options.clock.clearTimeout(this.#timer.handle);
    this.#timer = undefined;
  }

  #tick(): void {
    this.#timer = undefined;
    this.#count++;
    const { chain, clock, visitors } = this.#options;
    if (this.#count % BLOCK_EVERY === 0 && chain.height < MAX_HEIGHT) {
      const block = chain.mine(Math.floor(clock.now() / 1000));
      for (const visitor of visitors) visitor.announceBlock(block);
    } else {
      const id = madeUpId(this.#count);
      for (const visitor of visitors) visitor.announceTransaction(id);
    }
    if (this.#count % DECOY_EVERY === 0) for (const visitor of visitors) visitor.sendDecoy();
    this.update();
  }
}

/** The id of no transaction, the same for the same number. */
function madeUpId(n: number): Uint8Array {
  return hash256(ascii(`peerglass demo transaction ${n}`));
}
