import type { Question } from '../protocol.js';
import type { Explorer, ExploreSource } from './explorer.js';
import type { ExploreQuestion } from './protocol.js';

export const explores = (question: Question): question is ExploreQuestion =>
  question.about.startsWith('explore');

/** The Explorer of one session. It is loaded, and does anything at all, only once somebody opens it. */
export class ExploreGate {
  readonly #source: ExploreSource;
  #explorer: Promise<Explorer> | undefined;

  constructor(source: ExploreSource) {
    this.#source = source;
  }

  /** Undefined for what is no longer kept, and where the Explorer could not be loaded. */
  async answer(question: ExploreQuestion, signal: AbortSignal): Promise<unknown> {
    this.#explorer ??= import('./explorer.js').then(({ Explorer }) => new Explorer(this.#source));
    let explorer: Explorer;
    try {
      explorer = await this.#explorer;
    } catch {
      // What served the page is gone: the next question tries again.
      this.#explorer = undefined;
      return undefined;
    }
    return explorer.answer(question, signal);
  }
}
