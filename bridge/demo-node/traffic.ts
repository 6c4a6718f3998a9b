import { type Clock } from '../../shared/peer/index.js';
import { INITIAL_HEIGHT } from './history.js';
import { type Ledger } from './ledger.js';
import { type Visitor } from './visitor.js';

/** Every so many announcements one is a new block. */
const BLOCK_EVERY = 8;
const DECOY_EVERY = 3;
/** With every so many blocks found, each announcement takes one interval longer: a demo for weeks fits into memory. */
const BLOCKS_A_PACE = 1000;
/** After some three weeks of company without a break nothing new comes. A block takes about 4 kB. */
const MAX_HEIGHT = INITIAL_HEIGHT + 10_000;

type Told = Pick<Visitor, 'announceTransaction' | 'announceBlocks' | 'sendDecoy' | 'close'>;

export interface TrafficOptions {
  ledger: Ledger;
  clock: Clock;
  visitors: ReadonlySet<Told>;
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
    const { clock, visitors, everyMs, ledger } = this.#options;
    if (visitors.size === 0) return this.stop();
    const pace = 1 + Math.floor((ledger.chain.height - INITIAL_HEIGHT) / BLOCKS_A_PACE);
    this.#timer ??= { handle: clock.setTimeout(() => this.#tick(), everyMs * pace) };
  }

  stop(): void {
    if (this.#timer === undefined) return;
    this.#options.clock.clearTimeout(this.#timer.handle);
    this.#timer = undefined;
  }

  #tick(): void {
    this.#timer = undefined;
    this.#count++;
    const { ledger, clock } = this.#options;
    if (ledger.chain.height < MAX_HEIGHT) {
      if (this.#count % BLOCK_EVERY === 0) ledger.findBlock(Math.floor(clock.now() / 1000));
      else this.#pay();
    }
    this.#tell((visitor) => {
      // Also those who were behind with reading when a block was found.
      visitor.announceBlocks();
      if (this.#count % DECOY_EVERY === 0) visitor.sendDecoy();
    });
    this.update();
  }

  #pay(): void {
    const entry = this.#options.ledger.pay();
    if (entry !== undefined) this.#tell((visitor) => visitor.announceTransaction(entry));
  }

  /** One visitor's trouble ends that visit: the others hear the news, and the node goes on. */
  #tell(news: (visitor: Told) => void): void {
    for (const visitor of this.#options.visitors) {
      try {
        news(visitor);
      } catch (error) {
        visitor.close(error instanceof Error ? error.message : 'internal error');
      }
    }
  }
}
