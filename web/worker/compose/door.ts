import type { Composer, Composing } from './composer.js';
import type { ComposeQuestion } from './protocol.js';

/** The composer of a session, which is loaded with the first question: a first visitor does not wait for it. */
export class ComposeDoor {
  readonly #session: Composing | undefined;
  #composer: Promise<Composer> | undefined;

  constructor(session?: Composing) {
    this.#session = session;
  }

  /** undefined where its script is gone. */
  async answer(question: ComposeQuestion, signal: AbortSignal): Promise<unknown> {
    this.#composer ??= import('./composer.js').then(({ Composer }) => new Composer(this.#session));
    const composer = await this.#composer.catch(() => (this.#composer = undefined));
    return composer?.answer(question, signal);
  }
}

export const isComposeQuestion = (question: { readonly about: string }): question is ComposeQuestion =>
  question.about.startsWith('compose');
