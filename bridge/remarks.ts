/** What a client says beside its bytes: its access key, credits, pings; and whatever it must not say. */
import { type WebSocket } from 'ws';
import { type CloseName } from '../shared/tunnel/close-codes.js';
import { ControlError, encodeControl, parseControl } from '../shared/tunnel/control.js';
import { type Clock } from './clock.js';
import { Words } from './words.js';

export interface RemarksOptions {
  readonly clock: Clock;
  readonly onCredit: (bytes: number) => void;
  readonly end: (name: CloseName) => void;
  /** Hears of the client's first frame of text or bytes, once: its access key, if that is what it says. */
  readonly onFirstWord?: ((key: string | undefined) => void) | undefined;
}

export class Remarks {
  readonly #ws: WebSocket;
  readonly #options: RemarksOptions;
  readonly #words: Words;
  #onFirstWord: RemarksOptions['onFirstWord'];
  #ponging = false;

  constructor(ws: WebSocket, options: RemarksOptions) {
    this.#ws = ws;
    this.#options = options;
    this.#words = new Words(options.clock);
    this.#onFirstWord = options.onFirstWord;
    for (const event of ['ping', 'pong']) ws.on(event, () => this.#heardWord());
  }

  /** Nothing but a key may come now. */
  get awaitsKey(): boolean {
    return this.#onFirstWord !== undefined;
  }

  hear(text: string): void {
    try {
      const message = parseControl(text);
      if (this.awaitsKey) return this.firstWord(message?.type === 'access' ? message.key : undefined);
      if (message?.type === 'credit') return this.#options.onCredit(message.bytes);
      this.#heardWord();
      if (message === undefined || message.type === 'access') return; // a key for a bridge that asks for none
      if (message.type === 'ping') return this.#pong(message.id);
      this.#options.end('bad-control');
    } catch (error) {
      if (!(error instanceof ControlError)) throw error;
      this.#options.end('bad-control');
    }
  }

  firstWord(key: string | undefined): void {
    const hear = this.#onFirstWord;
    this.#onFirstWord = undefined;
    hear?.(key);
  }

  /** Of those that carry no bytes: words.ts. */
  #heardWord(): void {
    if (!this.#words.take()) this.#options.end('limit-words');
  }

  /** One at a time, so that a client which does not read costs one frame. */
  #pong(id: number): void {
    if (this.#ponging) return;
    this.#ponging = true;
    this.#ws.send(encodeControl({ type: 'pong', id }), () => (this.#ponging = false));
  }
}
